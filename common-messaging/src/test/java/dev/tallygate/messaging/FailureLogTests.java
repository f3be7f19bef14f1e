package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureLogTests {

	private static final Duration REMINDER = Duration.ofMinutes(5);

	private final FailureLog log = new FailureLog(REMINDER);

	private final IOException away = new IOException("away");

	@Test
	void saysTheFirstOfARowAndARemindersTimeLaterAgain() {
		assertThat(this.log.isWorthSaying(this.away, 0)).isTrue();
		for (long second = 1; second < REMINDER.toSeconds(); second++) {
			assertThat(this.log.isWorthSaying(this.away, Duration.ofSeconds(second).toNanos())).isFalse();
		}
		assertThat(this.log.isWorthSaying(this.away, REMINDER.toNanos())).isTrue();
		assertThat(this.log.isWorthSaying(this.away, REMINDER.toNanos() + 1)).isFalse();
	}

	@Test
	void saysAnotherKindOnceHoweverTheyTakeTurns() {
		assertThat(this.log.isWorthSaying(this.away, 0)).isTrue();
		assertThat(this.log.isWorthSaying(new IllegalStateException(), 1)).isTrue();
		assertThat(this.log.isWorthSaying(this.away, 2)).isFalse();
		assertThat(this.log.isWorthSaying(new IllegalStateException(), 3)).isFalse();
	}

	@Test
	void saysAnotherCauseInTheSameWrapper() {
		assertThat(this.log.isWorthSaying(new IllegalStateException(this.away), 0)).isTrue();
		assertThat(this.log.isWorthSaying(new IllegalStateException(new SecurityException("not allowed")), 1)).isTrue();
		assertThat(this.log.isWorthSaying(new IllegalStateException(this.away), 2)).isFalse();
	}

	@Test
	void saysTheNextFailureAfterASuccessAtOnceAndHowManyThereWere() {
		assertThat(this.log.succeeded()).isZero();
		this.log.isWorthSaying(this.away, 0);
		this.log.isWorthSaying(this.away, 1);
		assertThat(this.log.succeeded()).isEqualTo(2);
		assertThat(this.log.succeeded()).isZero();
		assertThat(this.log.isWorthSaying(this.away, 2)).isTrue();
	}

}
