package dev.tallygate.gateway.dialect.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.conversation.Golden.Case;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * Each recorded request says in the other wire's words what it said before, or is refused
 * by the name of what cannot be said.
 */
class RequestTranslationTests {

	@ParameterizedTest
	@MethodSource("cases")
	void saysTheSame(Case recorded) throws Exception {
		ObjectNode json = recorded.json();
		ObjectNode now = json.deepCopy();
		now.remove(List.of("out", "leftOut", "refused", "invalid"));
		try {
			CrossedRequest request = Golden.cross(recorded.crossing(), json.get("in"), json.get("model").stringValue());
			now.set("out", Golden.JSON.readTree(request.body()));
			if (!request.leftOut().isEmpty()) {
				now.set("leftOut", Golden.JSON.valueToTree(request.leftOut()));
			}
		}
		catch (InvalidRequestException ex) {
			now.put(ex.code().equals("not_translatable") ? "refused" : "invalid", ex.parameter());
		}
		if (Golden.RECORD) {
			recorded.record(now);
		}
		assertThat(now).isEqualTo(json);
	}

	static List<Case> cases() throws IOException {
		return Golden.cases("requests", ".json");
	}

}
