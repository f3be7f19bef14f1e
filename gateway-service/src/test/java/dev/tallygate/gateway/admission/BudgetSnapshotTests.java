package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BudgetSnapshotTests {

	private static final int USERS = 2000;

	private final List<UserId> users = Stream.generate(() -> new UserId(UuidV7.next())).limit(USERS).toList();

	private final Admission admission = admission();

	@TempDir
	private Path directory;

	private BudgetSnapshot snapshot;

	private long version;

	@BeforeEach
	void begin() throws IOException {
		this.snapshot = new BudgetSnapshot(file(), this.admission, Clock.systemUTC());
		this.snapshot.save();
		assertThat(file()).as("nothing is known yet").doesNotExist();
		this.users.forEach((user) -> spent(user, 1));
		this.snapshot.save();
	}

	@Test
	void aSaveCostsWhatChanged() throws IOException {
		long before = Files.size(file());
		long line = before / USERS;

		this.snapshot.save();
		assertThat(Files.size(file())).isEqualTo(before);
		spent(this.users.getFirst(), 2);
		spent(this.users.getLast(), 2);
		this.snapshot.save();

		assertThat(Files.size(file()) - before).isBetween(line, 3 * line);
		assertThat(reloaded(this.users.getFirst())).isEqualTo(2);
		assertThat(reloaded(this.users.getLast())).isEqualTo(2);
		assertThat(reloaded(this.users.get(1))).isEqualTo(1);
	}

	/** What no save covers stays in the spool, at thousands of calls a second. */
	@Test
	void aSaveThatTakesLittleComesSoon() {
		AdmissionUpkeep upkeep = new AdmissionUpkeep(this.admission, this.snapshot, Duration.ofMinutes(10));
		upkeep.start();
		try {
			spent(this.users.getFirst(), 2);

			await().atMost(Duration.ofSeconds(20)).until(() -> reloaded(this.users.getFirst()) == 2);
		}
		finally {
			upkeep.stop();
		}
	}

	@Test
	void theFileStaysInProportion() throws IOException {
		long before = Files.size(file());

		for (int round = 2; round < 12; round++) {
			for (UserId user : this.users) {
				spent(user, round);
			}
			this.snapshot.save();
			assertThat(Files.size(file())).isLessThan(3 * before);
		}

		assertThat(reloaded(this.users.getLast())).isEqualTo(11);
	}

	@Test
	void whoWasForgottenStaysForgotten() throws IOException {
		this.admission.forget(this.users.getFirst());
		this.snapshot.save();

		assertThat(reloaded(this.users.getFirst())).isEqualTo(-1);
		assertThat(reloaded(this.users.getLast())).isEqualTo(1);
	}

	@Test
	void aTornLineLosesNoOther() throws IOException {
		spent(this.users.getFirst(), 2);
		this.snapshot.save();
		try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
			channel.truncate(channel.size() - 20);
		}

		assertThat(reloaded(this.users.getFirst())).isEqualTo(1);
		assertThat(reloaded(this.users.getLast())).isEqualTo(1);
	}

	@Test
	void aFileThatIsGoneIsWrittenAnew() throws IOException {
		Files.delete(file());
		spent(this.users.getFirst(), 2);
		this.snapshot.save();

		assertThat(reloaded(this.users.getLast())).isEqualTo(1);
	}

	private Path file() {
		return this.directory.resolve("snapshot");
	}

	private void spent(UserId user, long nanos) {
		this.admission.update(new BudgetStatus(user, ++this.version, "UTC", YearMonth.of(2026, 11),
				Instant.parse("2026-12-01T00:00:00Z"), 100L, Limit.BUDGET, Enforcement.HARD, new NanoUsd(nanos),
				Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-12-01T00:00:00Z"), 1000, 0, NanoUsd.ZERO,
				Map.of()), 0);
	}

	/** What a process that starts anew knows of a user's spend; -1 for nothing. */
	private long reloaded(UserId user) {
		Admission anew = admission();
		assertThat(new BudgetSnapshot(file(), anew, Clock.systemUTC()).load()).isTrue();
		BudgetStatus status = anew.status(user);
		return (status != null) ? status.spentNanos().value() : -1;
	}

	private static Admission admission() {
		return new Admission("/gateway/test/1",
				new AdmissionProperties(512, Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofHours(2),
						Path.of("unused"), Duration.ofSeconds(30), Duration.ofSeconds(5), 1000, true, 1024,
						Duration.ofMillis(150)),
				Clock.systemUTC());
	}

}
