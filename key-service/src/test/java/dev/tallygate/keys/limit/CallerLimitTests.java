package dev.tallygate.keys.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallerLimitTests {

	@Test
	void admitsEachCallerSoOften() {
		CallerLimit limit = new CallerLimit(3, Duration.ofHours(1), 10);
		assertThat(IntStream.range(0, 5).filter((i) -> limit.admits("one"))).hasSize(3);
		assertThat(IntStream.range(0, 5).filter((i) -> limit.admits("other"))).hasSize(3);
	}

	@Test
	void admitsAgainInTheNextPeriod() {
		CallerLimit limit = new CallerLimit(1, Duration.ofMillis(50), 10);
		assertThat(limit.admits("one")).isTrue();
		await().until(() -> limit.admits("one"));
	}

	@Test
	void takesNoLimitOfNone() {
		assertThatThrownBy(() -> new CallerLimit(0, Duration.ofSeconds(1), 10))
			.isInstanceOf(IllegalArgumentException.class);
	}

}
