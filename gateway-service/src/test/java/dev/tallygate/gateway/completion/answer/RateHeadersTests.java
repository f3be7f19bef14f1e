package dev.tallygate.gateway.completion.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateHeadersTests {

	@ParameterizedTest
	@CsvSource({ "120,120ms", "1000,1s", "7660,7.66s", "60000,1m0s", "61005,1m1.005s", "0,0ms" })
	void writesTimesAsOpenAiDoes(long millis, String text) {
		assertThat(RateHeaders.text(Duration.ofMillis(millis))).isEqualTo(text);
	}

}
