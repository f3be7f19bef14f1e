package dev.tallygate.gateway.dialect.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.dialect.conversation.Golden.Case;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * Each recorded whole answer reads the same in the caller's words.
 */
class AnswerTranslationTests {

	@ParameterizedTest
	@MethodSource("cases")
	void readsTheSame(Case recorded) throws Exception {
		ObjectNode json = recorded.json();
		ObjectNode now = json.deepCopy();
		now.remove(List.of("out", "unreadable"));
		CrossedRequest request = Golden.cross(recorded.crossing(), Golden.plainRequest(recorded.crossing()), "m");
		byte[] answer = Golden.JSON.writeValueAsBytes(json.get("in"));
		try {
			byte[] whole = request.whole(answer, 0, answer.length, 77);
			String text = Golden.steady(new String(whole, StandardCharsets.UTF_8));
			now.set("out", Golden.JSON.readTree(text));
		}
		catch (UnreadableAnswerException ex) {
			now.put("unreadable", ex.getMessage());
		}
		if (Golden.RECORD) {
			recorded.record(now);
		}
		assertThat(now).isEqualTo(json);
	}

	static List<Case> cases() throws IOException {
		return Golden.cases("answers", ".json");
	}

}
