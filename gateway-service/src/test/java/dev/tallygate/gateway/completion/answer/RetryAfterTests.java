package dev.tallygate.gateway.completion.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
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

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					429 | retry-after-ms=250                                                                | PT0.25S
					503 | retry-after-ms=250                                                                | PT0.25S
					429 | retry-after-ms=250,retry-after=1                                                  | PT0.25S
					429 | retry-after-ms=soon,retry-after=1                                                 | PT1S
					503 | x-ratelimit-remaining-requests=0,x-ratelimit-reset-requests=1s                    |
					429 | x-ratelimit-remaining-requests=0,x-ratelimit-reset-requests=1s,retry-after=3      | PT3S
					429 | x-ratelimit-remaining-requests=1,x-ratelimit-reset-requests=1s                    |
					429 | x-ratelimit-reset-requests=1s                                                     |
					429 | x-ratelimit-remaining-requests=0                                                  |
					429 | x-ratelimit-remaining-requests=0,x-ratelimit-reset-requests=6m0s                  | PT6M
					429 | x-ratelimit-remaining-tokens=0,x-ratelimit-reset-tokens=1h2m3.5s                  | PT1H2M3.5S
					429 | x-ratelimit-remaining-tokens=0,x-ratelimit-reset-tokens=17ms                      | PT0.017S
					429 | x-ratelimit-remaining-tokens=0,x-ratelimit-reset-tokens=20                        | PT20S
					429 | x-ratelimit-remaining-tokens=0,x-ratelimit-reset-tokens=later                     |
					429 | x-ratelimit-remaining-tokens=0,x-ratelimit-reset-tokens=1s,x-ratelimit-remaining-requests=0,x-ratelimit-reset-requests=2s | PT2S
					429 | x-ratelimit-remaining-tokens=9,x-ratelimit-reset-tokens=9s,x-ratelimit-remaining-requests=0,x-ratelimit-reset-requests=2s | PT2S
					429 | anthropic-ratelimit-input-tokens-remaining=0,anthropic-ratelimit-input-tokens-reset=2026-11-29T12:00:30Z | PT30S
					429 | anthropic-ratelimit-requests-remaining=0,anthropic-ratelimit-requests-reset=2026-11-29T11:00:00Z | PT0S
					429 | anthropic-ratelimit-requests-remaining=3,anthropic-ratelimit-requests-reset=2026-11-29T12:00:30Z |
					429 | anthropic-ratelimit-unified-status=rejected,anthropic-ratelimit-unified-reset=1795957200 | PT1H
					429 | anthropic-ratelimit-unified-status=rejected,anthropic-ratelimit-unified-reset=1795953000 | PT0S
					429 | anthropic-ratelimit-unified-status=rejected,anthropic-ratelimit-unified-reset=1795957200,retry-after=7 | PT7S
					429 | anthropic-ratelimit-unified-status=rejected,anthropic-ratelimit-unified-reset=soon       |
					429 | anthropic-ratelimit-unified-status=rejected                                             |
					429 | anthropic-ratelimit-unified-status=allowed_warning,anthropic-ratelimit-unified-reset=1795957200 |
					429 | anthropic-ratelimit-unified-status=allowed,anthropic-ratelimit-unified-overage-status=rejected,anthropic-ratelimit-unified-reset=1795957200 |
					""")
	void goesByTheLimitThatIsUsedUp(int status, String headers, @Nullable Duration wait) {
		Map<String, String> told = new HashMap<>();
		for (String header : headers.split(",", -1)) {
			told.put(header.substring(0, header.indexOf('=')), header.substring(header.indexOf('=') + 1));
		}
		assertThat(RetryAfter.of(status, told::get, NOON)).isEqualTo(wait);
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
