package dev.tallygate.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DollarsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "0|$0.00", "1|$0.000000001", "450000|$0.00045", "1234500000000|$1,234.50",
			"9223372036854775807|$9,223,372,036.854775807", "-18000|-$0.000018" })
	void areExact(long nanos, String text) {
		assertThat(Dollars.ofNanos(nanos)).isEqualTo(text);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "0|0 calls", "1|1 call", "1204|1,204 calls" })
	void areCountedInTheSingularWhereThereIsOne(long number, String text) {
		assertThat(Dollars.count(number, "call")).isEqualTo(text);
	}

}
