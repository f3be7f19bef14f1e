package dev.tallygate.security.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagsTests {

	@Test
	void readsTheHeader() {
		assertThat(Tags.parse("team=search, env=prod ,x=a=b").values())
			.isEqualTo(Map.of("team", "search", "env", "prod", "x", "a=b"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "team", "team=", "=search", "Team=search", "1a=b", "a=b,a=c", "a=b,,c=d", "a= ",
			"a=b\u0007", "a=\u200bb", "a=b,", "a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,i=1",
			"a23456789012345678901234567890123=b",
			"a=12345678901234567890123456789012345678901234567890123456789012345" })
	void refusesAMalformedHeader(String header) {
		assertThatIllegalArgumentException().isThrownBy(() -> Tags.parse(header)).withMessage(Tags.RULE);
	}

	@Test
	void takesTheLongestAndTheMost() {
		assertThat(Tags.parse("a".repeat(32) + "=" + "v".repeat(64) + ",b=1,c=1,d=1,e=1,f=1,g=1,h=1").values())
			.hasSize(8);
	}

	@Test
	void letsTheKeyWinOverTheHeader() {
		Tags key = Tags.of(Map.of("team", "search"));
		assertThat(key.over(Tags.parse("team=ads,env=prod")).values())
			.isEqualTo(Map.of("team", "search", "env", "prod"));
		assertThat(Tags.NONE.over(key)).isEqualTo(key);
		assertThat(key.over(Tags.NONE)).isEqualTo(key);
	}

}
