package dev.tallygate.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiplierTests {

	@ParameterizedTest
	@CsvSource({ "1.1, 11/10", "2, 2/1", "0.25, 1/4", "100, 100/1", "1000000, 1000000/1", "0.000001, 1/1000000",
			"1.10, 11/10", "123456.000000, 123456/1", "11/10, 11/10", "22/20, 11/10" })
	void isTheFractionThatItsTextSays(String text, String fraction) {
		assertThat(Multiplier.parse(text)).hasToString(fraction);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1", "0/1", "1/0", "-1/2", "1000001", "1000001/1", "1/1000001", "0.0000001", "1E+13",
			"1234567890.123", "/2", "2/" })
	void isNeitherNothingNorOfManyDigits(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Multiplier.parse(text));
	}

	@Test
	void takesTwelveDigitsAndNoMore() {
		assertThat(Multiplier.of(new BigDecimal("1.00000000000"))).isEqualTo(Multiplier.ONE);
		assertThat(Multiplier.of(new BigDecimal("1E-6").setScale(12))).hasToString("1/1000000");
		assertThat(Multiplier.of(new BigDecimal("1000000.00000"))).hasToString("1000000/1");
		assertThatIllegalArgumentException().isThrownBy(() -> Multiplier.of(new BigDecimal("1.000000000000")));
		assertThatIllegalArgumentException().isThrownBy(() -> Multiplier.of(new BigDecimal("1E-6").setScale(13)));
	}

	@Test
	void oneAfterTheOtherMultiplyAboveAndBelow() {
		Multiplier both = new Multiplier(11, 10).times(new Multiplier(3, 7));
		assertThat(both).hasToString("33/70");
		assertThat(Multiplier.ONE.times(both)).isEqualTo(both);
		assertThat(both.times(Multiplier.ONE)).isEqualTo(both);
	}

	@Test
	void isComparedAsAFraction() {
		assertThat(new Multiplier(11, 10).isMoreThan(Multiplier.ONE)).isTrue();
		assertThat(new Multiplier(9, 10).isMoreThan(Multiplier.ONE)).isFalse();
		assertThat(Multiplier.ONE.isMoreThan(Multiplier.ONE)).isFalse();
		assertThat(new Multiplier(2, 3).isMoreThan(new Multiplier(3, 5))).isTrue();
		assertThat(new Multiplier(3, 5).isMoreThan(new Multiplier(2, 3))).isFalse();
	}

}
