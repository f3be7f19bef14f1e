package dev.tallygate.security.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelPatternTests {

	@ParameterizedTest
	@CsvSource({ "openai:gpt-4o,true", "openai/gpt-4o,true", "gpt-4o,true", "openai:*,true", "openai/gpt-*,true",
			"gpt-*,true", "*,true", "*4o,true", "g*-*o,true", "openai:gpt-4,false", "anthropic:*,false",
			"gpt-4o-mini,false", "open,false", "*mini,false", "'',false", "openai:,false" })
	void meansModelsByNameAndByAsterisk(String pattern, boolean matches) {
		assertThat(new ModelPattern(pattern).matches("openai", "gpt-4o")).isEqualTo(matches);
	}

	@ParameterizedTest
	@CsvSource({ "*,openai:gpt-4o,true", "*,*,true", "openai:*,openai:gpt-*,true", "openai:*,openai/gpt-4o,true",
			"openai/gpt-4o,openai:gpt-4o,true", "openai:gpt-*,openai:*,false", "openai:gpt-4o,openai:gpt-*,false",
			"openai:*,gpt-4o,false", "openai:*,*,false", "gpt-4o,openai:gpt-4o,false", "openai:*,openai/*,false",
			"openai/*,openai/gpt-*,true", "openai/*,openai:gpt-*,true" })
	void coversWhatMeansNoMoreThanItself(String pattern, String other, boolean covers) {
		assertThat(new ModelPattern(pattern).covers(new ModelPattern(other))).isEqualTo(covers);
	}

	@Test
	void takesNoLongerForManyAsterisks() {
		ModelPattern pattern = new ModelPattern("*a".repeat(50) + "b");
		Assertions.assertTimeout(Duration.ofSeconds(5),
				() -> assertThat(pattern.matches("openai", "a".repeat(200))).isFalse());
	}

}
