package dev.tallygate.budgets.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.budgets.Fixture;
import dev.tallygate.events.CallId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.Intake;
import dev.tallygate.messaging.Received;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What may come again is remembered, and nothing else for ever.
 */
class HousekeepingTests {

	private final Fixture fixture = Fixture.shared();

	private final ApplicationContext context = this.fixture.service();

	private final TransactionTemplate transaction = new TransactionTemplate(
			this.context.getBean(PlatformTransactionManager.class));

	private final UserId user = Fixture.newUser();

	@Test
	void countsACorrectionOfAnOldCallOnceHoweverOftenItComes() {
		CloudEvent<UsageAdjusted> correction = correctionOfACall(Duration.ofDays(100));
		handle(correction);
		assertThat(spent()).isEqualTo(7);
		forget();
		handle(correction);
		assertThat(spent()).isEqualTo(7);
	}

	@Test
	void forgetsWhatIsOldAndWasCountedLongAgo() {
		UUID old = correctionOfACall(Duration.ofDays(100)).id();
		UUID justCounted = correctionOfACall(Duration.ofDays(101)).id();
		UUID ofLate = correctionOfACall(Duration.ofDays(80)).id();
		counted(old, Duration.ofDays(46));
		counted(justCounted, Duration.ofDays(44));
		counted(ofLate, Duration.ofDays(46));
		forget();
		assertThat(this.fixture.jdbc.queryForList("SELECT event_id FROM counted_event WHERE user_id = ?", UUID.class,
				this.user.value()))
			.containsExactlyInAnyOrder(justCounted, ofLate);
	}

	/** More than are forgotten at once, with some between them that are kept. */
	@Test
	void forgetsAllThatIsOld() {
		Instant time = Instant.now().minus(Duration.ofDays(120));
		this.fixture.jdbc.update("""
				INSERT INTO counted_event (user_id, event_id, counted_at)
				SELECT ?, (lpad(to_hex(? + n), 12, '0') || '70008000000000000000')::uuid,
					CASE WHEN n % 5 = 0 THEN now() ELSE now() - interval '50 days' END
				FROM generate_series(1, 30000) n""", this.user.value(), time.toEpochMilli());
		forget();
		assertThat(this.fixture.jdbc.queryForObject("SELECT count(*) FROM counted_event WHERE user_id = ?", Long.class,
				this.user.value()))
			.isEqualTo(6000);
	}

	private void counted(UUID id, Duration ago) {
		this.fixture.jdbc.update(
				"INSERT INTO counted_event (user_id, event_id, counted_at) VALUES (?, ?, now() - make_interval(secs => ?))",
				this.user.value(), id, ago.toSeconds());
	}

	private CloudEvent<UsageAdjusted> correctionOfACall(Duration ago) {
		Instant opened = Instant.now().minus(ago);
		UUID now = UuidV7.next();
		CallId call = new CallId(new UUID((opened.toEpochMilli() << 16) | (now.getMostSignificantBits() & 0xFFFFL),
				now.getLeastSignificantBits()));
		LocalDate day = LocalDate.ofInstant(opened, ZoneOffset.UTC);
		UUID job = UuidV7.next();
		return CloudEvent.of(UsageAdjusted.idOf(call, job), "/metering", Instant.now(),
				new UsageAdjusted(call, this.user, job, "price", new NanoUsd(7), "2", null, null, null, "openai", "m",
						Credential.SYSTEM, YearMonth.from(day), day));
	}

	private void handle(CloudEvent<?> event) {
		Intake usage = this.context.getBean("usage", Intake.class);
		this.transaction.executeWithoutResult(
				(status) -> usage.handler().handle(List.of(new Received(event, 0, 1, Instant.now()))));
	}

	private void forget() {
		this.context.getBean(Housekeeping.class).forget();
	}

	private long spent() {
		return Objects.requireNonNull(this.fixture.jdbc.queryForObject(
				"SELECT coalesce(sum(spent_nanos), 0) FROM period_spend WHERE user_id = ?", Long.class,
				this.user.value()));
	}

}
