package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.problem.ProblemException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class KnownUsersTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private final UserId user = new UserId(UuidV7.next());

	private final Caller admin = new Caller(new UserId(UuidV7.next()), new ApiKeyId(UuidV7.next()), KeyType.DEV,
			Role.ADMIN, null, null);

	private final AtomicLong nanoTime = new AtomicLong();

	/** What happens as time goes by: at each look a quarter of a second. */
	private LongConsumer meanwhile = (_) -> {
	};

	private final Admission admission = new Admission("/gateway/test/1",
			new AdmissionProperties(512, Duration.ZERO, Duration.ofSeconds(30), Duration.ofHours(2), Path.of("unused"),
					Duration.ofSeconds(30), Duration.ofSeconds(5), 1000, true, 1024, Duration.ofMillis(20)),
			Clock.systemUTC(), new Freshness(Duration.ofSeconds(30), this::tick));

	private boolean topicRead = true;

	private boolean ticking;

	private final KnownUsers known = new KnownUsers(this.admission, () -> this.topicRead);

	private long tick() {
		if (!this.ticking) {
			return this.nanoTime.get();
		}
		long now = this.nanoTime.addAndGet(SECOND / 4);
		this.ticking = false;
		this.meanwhile.accept(now);
		this.ticking = true;
		return now;
	}

	@Test
	void whoeverIsToldOfIsThereWithoutAnyWait() {
		this.admission.update(status(), 3);
		require(this.user);
		assertThat(this.nanoTime.get()).isLessThan(SECOND);
	}

	@Test
	void whoeverCallsIsThere() {
		require(this.admin.userId());
		assertThat(this.nanoTime.get()).isZero();
	}

	@Test
	void newsOfSomebodyMadeAMomentAgoAreWaitedFor() {
		this.meanwhile = (now) -> {
			heard(3);
			if (now >= SECOND) {
				this.admission.update(status(), 3);
			}
		};
		require(this.user);
	}

	@Test
	void whoeverNothingIsToldOfMeanwhileIsNotThere() {
		this.meanwhile = (_) -> {
			heard(3);
			heard(4);
		};
		assertThat(refusal().problem().status()).isEqualTo(404);
		assertThat(this.nanoTime.get()).isBetween(2 * SECOND, 3 * SECOND);
	}

	@Test
	void whoeverIsForgottenIsNotThere() {
		this.admission.update(status(), 3);
		this.admission.forget(this.user);
		this.meanwhile = (_) -> heard(3);
		assertThat(refusal().problem().status()).isEqualTo(404);
	}

	@Test
	void whileNothingIsHeardNobodyIsSaidNotToBeThere() {
		assertThat(refusal().problem().status()).as("never heard").isEqualTo(503);
		heard(3);
		ProblemException silent = refusal();
		assertThat(silent.problem().status()).as("heard a moment ago").isEqualTo(503);
		assertThat(silent.problem().code()).isEqualTo("budget_unavailable");
	}

	@Test
	void aPartitionThatIsSilentMayKnowOfSomebody() {
		heard(3);
		heard(4);
		this.meanwhile = (_) -> heard(3);
		assertThat(refusal().problem().status()).isEqualTo(503);
	}

	@Test
	void nobodyIsSaidNotToBeThereBeforeAllOfTheTopicIsRead() {
		this.topicRead = false;
		this.meanwhile = (_) -> heard(3);
		assertThat(refusal().problem().status()).isEqualTo(503);
	}

	private void heard(int partition) {
		this.admission.signOfLife(partition, Instant.now());
	}

	private ProblemException refusal() {
		return catchThrowableOfType(ProblemException.class, () -> require(this.user));
	}

	private void require(UserId who) {
		this.ticking = true;
		try {
			this.known.require(who, this.admin);
		}
		finally {
			this.ticking = false;
		}
	}

	private BudgetStatus status() {
		return new BudgetStatus(this.user, 1, "UTC", YearMonth.of(2026, 11), Instant.parse("2026-12-01T00:00:00Z"),
				null, null, Enforcement.HARD, NanoUsd.ZERO, Instant.parse("2026-11-01T00:00:00Z"),
				Instant.parse("2026-12-01T00:00:00Z"), 1000, 0, NanoUsd.ZERO, Map.of());
	}

}
