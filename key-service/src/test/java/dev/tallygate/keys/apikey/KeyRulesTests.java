package dev.tallygate.keys.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallygate.security.caller.ModelPattern;
import dev.tallygate.security.problem.ProblemException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyRulesTests {

	@Test
	void letsAKeyNameWhateverModelACallMayAskFor() {
		String longest = "m".repeat(ModelPattern.MAX_LENGTH);
		assertThat(KeyRules.models(List.of(longest, longest))).containsExactly(longest);
		assertThatThrownBy(() -> KeyRules.models(List.of(longest + "m"))).isInstanceOf(ProblemException.class);
	}

	@Test
	void limitsHowManyModelsAKeyNames() {
		assertThat(KeyRules.models(Collections.nCopies(100, "m"))).containsExactly("m");
		assertThatThrownBy(() -> KeyRules.models(Collections.nCopies(101, "m"))).isInstanceOf(ProblemException.class);
		assertThat(KeyRules.models(null)).isNull();
	}

}
