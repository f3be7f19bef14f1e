package dev.tallygate.gateway.completion.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTests {

	private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-29T12:00:00Z"), ZoneOffset.UTC);

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			7                             | PT7S
			 7                            | PT7S
			0                             | PT0S
			0.25                          | PT0.25S
			1.0001                        | PT1.001S
			20.5                          | PT20.5S
			Sun, 29 Nov 2026 12:00:30 GMT | PT30S
			Sun, 29 Nov 2026 11:00:00 GMT | PT0S
			""")
	void readsSecondsDecimalsAndDates(String header, Duration wait) {
		assertThat(RetryAfter.read(header, NOON)).isEqualTo(wait);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " ", "soon", "-1", "1e3", "NaN", "9999999999", "0x10", "Sun, 31 Feb 2026 12:00:30 GMT",
			"1, 2", "00000000000000000000000000000000000000000000001" })
	void readsNothingElse(@Nullable String header) {
		assertThat(RetryAfter.read(header, NOON)).isNull();
	}

	@Test
	void saysWholeSecondsOfWhichThereIsOneAtLeastAndAMinuteAtMost() {
		assertThat(RetryAfter.text(Duration.ZERO)).isEqualTo("1");
		assertThat(RetryAfter.text(Duration.ofMillis(1))).isEqualTo("1");
		assertThat(RetryAfter.text(Duration.ofMillis(1001))).isEqualTo("2");
		assertThat(RetryAfter.text(Duration.ofSeconds(60))).isEqualTo("60");
		assertThat(RetryAfter.text(Duration.ofDays(400))).isEqualTo("60");
	}

}
