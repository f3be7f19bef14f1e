package dev.tallygate.security.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldNameTests {

	@ParameterizedTest
	@ValueSource(strings = { "nmae", "max-tokens", "x1y2", "2fast", "limit_cents_2026", "ümlaut", "with space", "",
			"aVeryLongNameOfAFieldThatSomebodyThoughtOfOnAFridayAfternoon", "a.b", "0123456789012345678901234567890",
			"$ref" })
	void isToldWhateverItLooksLike(String name) {
		assertThat(FieldName.shown(name)).isEqualTo(name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "sk-proj-abcdefghijk", "tg_dev_0123456789", "sksimZq7XwV4nB9kL2mT6yR1pC8dF5gH3jS0a",
			"Bearer 0123456789ab" })
	void isNotToldWhenItLooksLikeASecret(String name) {
		assertThat(FieldName.shown(name)).isNull();
	}

}
