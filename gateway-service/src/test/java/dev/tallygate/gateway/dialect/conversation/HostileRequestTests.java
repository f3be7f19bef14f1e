package dev.tallygate.gateway.dialect.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.gateway.dialect.EventStreamSplitter.Room;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever a caller sends is translated, or refused by name; nothing else is thrown.
 */
class HostileRequestTests {

	@ParameterizedTest
	@EnumSource
	void refusesAToolSchemaNestedTenThousandDeep(Crossing crossing) {
		String deep = "{\"type\":\"object\",\"properties\":{\"a\":".repeat(10_000) + "{}" + "}}".repeat(10_000);
		String body = switch (crossing) {
			case CHAT_TO_MESSAGES -> "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"tools\":[{\"type\":"
					+ "\"function\",\"function\":{\"name\":\"f\",\"parameters\":" + deep + "}}]}";
			case MESSAGES_TO_CHAT -> "{\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
					+ "\"tools\":[{\"name\":\"f\",\"input_schema\":" + deep + "}]}";
			case RESPONSES_TO_CHAT, RESPONSES_TO_MESSAGES ->
				"{\"input\":\"Hi\",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":" + deep + "}]}";
		};
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> cross(crossing, body));
	}

	@ParameterizedTest
	@CsvSource({ "CHAT_TO_MESSAGES, messages", "RESPONSES_TO_MESSAGES, input" })
	void namesTheConversationThatSaysNothingAsTheCallerDoes(Crossing crossing, String member) {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> cross(crossing, "{\"" + member + "\":[]}"))
			.satisfies((ex) -> assertThat(ex.parameter()).isEqualTo(member));
	}

	@ParameterizedTest
	@CsvSource({ "MESSAGES_TO_CHAT, messages", "RESPONSES_TO_CHAT, input" })
	void namesTheBeginningOfAnAnswerAsTheCallerDoes(Crossing crossing, String member) {
		String instructions = member.equals("input") ? "instructions" : "system";
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> cross(crossing, "{\"" + instructions + "\":\"Be brief.\",\"" + member
					+ "\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":\"He\"}]}"))
			.satisfies((ex) -> assertThat(ex.parameter()).isEqualTo(member));
	}

	@Test
	void namesToolArgumentsNestedTooDeeply() {
		String arguments = "{\\\"a\\\":".repeat(10_000) + "1" + "}".repeat(10_000);
		String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"tool_calls\":"
				+ "[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"" + arguments
				+ "\"}}]}]}";
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> cross(Crossing.CHAT_TO_MESSAGES, body))
			.satisfies((ex) -> assertThat(ex.parameter()).isEqualTo("messages[1].tool_calls[0].function.arguments"));
	}

	@Test
	void repeatsNoNameThatCouldEndALine() {
		String body = "{\"messages\":[],\"x\\r\\nset-cookie: a=b\":1}";
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> cross(Crossing.CHAT_TO_MESSAGES, body))
			.satisfies((ex) -> assertThat(ex.parameter()).doesNotContain("\n", "\r"));
	}

	@Test
	void writesNoEventWithinAnEvent() throws Exception {
		CrossedStream stream = Golden
			.cross(Crossing.MESSAGES_TO_CHAT, Golden.plainRequest(Crossing.MESSAGES_TO_CHAT), "m")
			.stream(1, Room.UNBOUNDED);
		SseStream sse = new SseStream(stream);
		byte[] event = Golden.utf8("data: {\"model\":\"m\\n\\nevent: error\\ndata: x\",\"choices\":[{\"delta\":"
				+ "{\"content\":\"a\\r\\n\\r\\ndata: [DONE]\\n\\n\"}}]}\n\n");
		sse.feed(event, 0, event.length);
		assertThat(sse.written().lines()).allMatch(
				(line) -> line.isEmpty() || line.matches("event: [a-z_]+") || line.startsWith("data: {\"type\":"));
	}

	/** Every recorded request with something in it replaced by something else. */
	@Test
	void neverThrowsAnythingElse() throws Exception {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		String[] junk = { "null", "1", "-1", "1e999", "true", "\"\"", "\"x\"", "[]", "{}", "[null]", "[[]]", "[{}]",
				"{\"type\":null}", "{\"type\":7}" };
		for (Golden.Case recorded : Golden.cases("requests", ".json")) {
			String body = Json.text(recorded.json().get("in"));
			for (int round = 0; round < 60; round++) {
				String broken = replaced(body, junk[random.nextInt(junk.length)], random);
				try {
					cross(recorded.crossing(), broken);
				}
				catch (InvalidRequestException ex) {
					assertThat(ex.getMessage()).isNotNull();
				}
				catch (RuntimeException ex) {
					throw new AssertionError("seed " + seed + ": " + broken, ex);
				}
			}
		}
	}

	/** Every recorded answer with something in it replaced by something else. */
	@Test
	void readsAnyAnswerOrSaysThatItCannot() throws Exception {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		String[] junk = { "null", "1", "-1", "1e999", "true", "\"\"", "\"x\"", "[]", "{}", "[null]", "[[]]", "[{}]" };
		for (Golden.Case recorded : Golden.cases("answers", ".json")) {
			String body = Json.text(recorded.json().get("in"));
			CrossedRequest request = Golden.cross(recorded.crossing(), Golden.plainRequest(recorded.crossing()), "m");
			for (int round = 0; round < 60; round++) {
				String broken = replaced(body, junk[random.nextInt(junk.length)], random);
				byte[] bytes = broken.getBytes(StandardCharsets.UTF_8);
				try {
					request.whole(bytes, 0, bytes.length, 1);
					SseStream stream = new SseStream(request.stream(1, Room.UNBOUNDED));
					byte[] event = Golden.utf8("data: " + broken + "\n\n");
					stream.feed(event, 0, event.length);
				}
				catch (UnreadableAnswerException ex) {
					assertThat(ex.getMessage()).isNotNull();
				}
				catch (RuntimeException ex) {
					throw new AssertionError("seed " + seed + ": " + broken, ex);
				}
			}
		}
	}

	/** Replaces the value after one of the colons. */
	private static String replaced(String json, String with, Random random) {
		int[] colons = IntStream.range(1, json.length())
			.filter((i) -> json.charAt(i) == ':' && json.charAt(i - 1) == '"')
			.toArray();
		int from = colons[random.nextInt(colons.length)] + 1;
		int to = from;
		int depth = 0;
		boolean text = false;
		while (to < json.length()) {
			char c = json.charAt(to);
			if (text) {
				to += (c == '\\') ? 1 : 0;
				text = c != '"';
			}
			else if (c == '"') {
				text = true;
			}
			else if (c == '{' || c == '[') {
				depth++;
			}
			else if (c == '}' || c == ']') {
				if (depth-- == 0) {
					break;
				}
			}
			else if (c == ',' && depth == 0) {
				break;
			}
			to++;
		}
		return json.substring(0, from) + with + json.substring(to);
	}

	private static void cross(Crossing crossing, String body) throws InvalidRequestException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		crossing.request(bytes, bytes.length, "m", null);
	}

}
