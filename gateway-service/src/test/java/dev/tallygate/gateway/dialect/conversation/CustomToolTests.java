package dev.tallygate.gateway.dialect.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.dialect.EventStreamSplitter.Room;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A caller of chat completions whose tool takes any text, and a provider whose tools take
 * JSON.
 */
class CustomToolTests {

	private static final String REQUEST = """
			{"model":"m","stream":true,"messages":[{"role":"user","content":"Hi"}],"tools":[
				{"type":"custom","custom":{"name":"patch"}},
				{"type":"function","function":{"name":"look","parameters":{"type":"object","properties":{}}}}]}""";

	private static final String TEXT = "*** Begin\n+ \"x\"";

	private final CrossedRequest request;

	CustomToolTests() throws Exception {
		this.request = Golden.cross(Crossing.CHAT_TO_MESSAGES, Golden.JSON.readTree(REQUEST), "m");
	}

	@Test
	void aWholeAnswerHasItsText() throws Exception {
		byte[] answer = """
				{"id":"msg_1","type":"message","role":"assistant","model":"m","stop_reason":"tool_use","content":[
					{"type":"tool_use","id":"t1","name":"patch","input":{"input":"*** Begin\\n+ \\"x\\""}},
					{"type":"tool_use","id":"t2","name":"look","input":{}}],"usage":{"input_tokens":1,"output_tokens":1}}"""
			.getBytes(StandardCharsets.UTF_8);

		JsonNode message = Golden.JSON.readTree(this.request.whole(answer, 0, answer.length, 77))
			.at("/choices/0/message");

		JsonNode custom = message.at("/tool_calls/0");
		assertThat(custom.get("type").asString()).isEqualTo("custom");
		assertThat(custom.at("/custom/name").asString()).isEqualTo("patch");
		assertThat(custom.at("/custom/input").asString()).isEqualTo(TEXT);
		assertThat(custom.has("function")).isFalse();
		assertThat(message.at("/tool_calls/1/type").asString()).isEqualTo("function");
		assertThat(message.at("/tool_calls/1/function/arguments").asString()).isEqualTo("{}");
	}

	@Test
	void aStreamHasItsTextWhenAllOfItIsThere() throws Exception {
		SseStream stream = new SseStream(this.request.stream(77, Room.UNBOUNDED));
		byte[] events = """
				data: {"type":"message_start","message":{"id":"msg_1","model":"m","usage":{"input_tokens":1,"output_tokens":1}}}

				data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"patch","input":{}}}

				data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"input\\":\\"*** Be"}}

				data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"gin\\\\n+ \\\\\\"x\\\\\\"\\"}"}}

				data: {"type":"content_block_stop","index":0}

				data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}

				data: {"type":"message_stop"}

				"""
			.getBytes(StandardCharsets.UTF_8);
		stream.feed(events, 0, events.length);
		stream.end();

		StringBuilder input = new StringBuilder();
		for (String line : stream.written().lines().toList()) {
			if (line.startsWith("data: {")) {
				JsonNode call = Golden.JSON.readTree(line.substring("data: ".length()))
					.at("/choices/0/delta/tool_calls/0");
				assertThat(call.has("function")).as(line).isFalse();
				input.append(call.at("/custom/input").asString(""));
			}
		}
		assertThat(input).hasToString(TEXT);
		assertThat(stream.written()).contains("\"type\":\"custom\",\"custom\":{\"name\":\"patch\"")
			.contains("\"finish_reason\":\"tool_calls\"");
	}

}
