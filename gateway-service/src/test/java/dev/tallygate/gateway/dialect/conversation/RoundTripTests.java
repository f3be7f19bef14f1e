package dev.tallygate.gateway.dialect.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is carried over and back says what it said. The conversations are made up; a
 * failed test names the seed.
 */
class RoundTripTests {

	private static final int ROUNDS = 400;

	@Test
	void chatComesBackFromMessages() throws Exception {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int round = 0; round < ROUNDS; round++) {
			ObjectNode chat = new Chat(random).request();
			CrossedRequest there = Golden.cross(Crossing.CHAT_TO_MESSAGES, chat, "claude-sonnet-4-5");
			CrossedRequest back = Golden.cross(Crossing.MESSAGES_TO_CHAT, Golden.JSON.readTree(there.body()), "m");
			assertThat(Golden.JSON.readTree(back.body())).as("seed %d, round %d", seed, round).isEqualTo(chat);
			assertThat(there.leftOut()).as("seed %d, round %d", seed, round).isEmpty();
		}
	}

	@Test
	void answersComeBackFromMessages() throws Exception {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		CrossedRequest there = Golden.cross(Crossing.MESSAGES_TO_CHAT, Golden.plainRequest(Crossing.MESSAGES_TO_CHAT),
				"m");
		CrossedRequest back = Golden.cross(Crossing.CHAT_TO_MESSAGES, Golden.plainRequest(Crossing.CHAT_TO_MESSAGES),
				"m");
		for (int round = 0; round < ROUNDS; round++) {
			ObjectNode answer = new Chat(random).answer();
			byte[] bytes = Golden.JSON.writeValueAsBytes(answer);
			byte[] message = there.whole(bytes, 0, bytes.length, 1);
			JsonNode again = Golden.JSON.readTree(back.whole(message, 0, message.length, 1));
			for (String path : List.of("/choices/0/message/content", "/choices/0/message/tool_calls",
					"/choices/0/finish_reason", "/usage/prompt_tokens", "/usage/completion_tokens", "/model")) {
				assertThat(again.at(path)).as("seed %d, round %d, %s", seed, round, path).isEqualTo(answer.at(path));
			}
		}
	}

	/** Makes up what chat can say and the Messages API can say too. */
	private record Chat(Random random) {

		ObjectNode request() {
			ObjectNode request = Golden.JSON.createObjectNode().put("model", "m");
			ArrayNode messages = request.putArray("messages");
			if (this.random.nextBoolean()) {
				messages.addObject().put("role", "system").put("content", text());
			}
			int turns = this.random.nextInt(4);
			for (int turn = 0; turn < turns; turn++) {
				user(messages);
				assistant(messages, turn);
			}
			user(messages);
			if (this.random.nextBoolean()) {
				tools(request);
			}
			if (this.random.nextBoolean()) {
				request.put("temperature", this.random.nextInt(11) / 10.0);
			}
			if (this.random.nextBoolean()) {
				request.putArray("stop").add(text()).add("END");
			}
			request.put("max_tokens", 1 + this.random.nextInt(9_999));
			if (this.random.nextBoolean()) {
				request.put("stream", true);
			}
			return request;
		}

		private void user(ArrayNode messages) {
			ObjectNode message = messages.addObject().put("role", "user");
			if (this.random.nextBoolean()) {
				message.put("content", text());
				return;
			}
			ArrayNode parts = message.putArray("content");
			parts.addObject().put("type", "text").put("text", text());
			parts.addObject()
				.put("type", "image_url")
				.putObject("image_url")
				.put("url", this.random.nextBoolean() ? "https://example.com/" + this.random.nextInt() + ".png"
						: "data:image/png;base64,iVBORw0KGgo=");
		}

		private void assistant(ArrayNode messages, int turn) {
			ObjectNode message = messages.addObject().put("role", "assistant");
			int calls = this.random.nextInt(3);
			if (calls == 0 || this.random.nextBoolean()) {
				message.put("content", text());
			}
			else {
				message.putNull("content");
			}
			if (calls > 0) {
				ArrayNode made = message.putArray("tool_calls");
				for (int call = 0; call < calls; call++) {
					call(made, "call_" + turn + '_' + call);
				}
				for (int call = 0; call < calls; call++) {
					messages.addObject()
						.put("role", "tool")
						.put("tool_call_id", "call_" + turn + '_' + call)
						.put("content", text());
				}
			}
		}

		private void call(ArrayNode calls, String id) {
			ObjectNode arguments = Golden.JSON.createObjectNode();
			for (int i = this.random.nextInt(3); i > 0; i--) {
				arguments.put("k" + i, text());
			}
			calls.addObject()
				.put("id", id)
				.put("type", "function")
				.putObject("function")
				.put("name", "tool_" + this.random.nextInt(3))
				.put("arguments", Json.text(arguments));
		}

		private void tools(ObjectNode request) {
			ArrayNode tools = request.putArray("tools");
			for (int i = 0; i <= this.random.nextInt(3); i++) {
				ObjectNode function = tools.addObject().put("type", "function").putObject("function");
				function.put("name", "tool_" + i).put("description", text());
				function.putObject("parameters").put("type", "object").putObject("properties");
			}
			switch (this.random.nextInt(4)) {
				case 0 -> request.put("tool_choice", "required");
				case 1 -> request.put("tool_choice", "none");
				case 2 -> request.putObject("tool_choice")
					.put("type", "function")
					.putObject("function")
					.put("name", "tool_0");
				default -> {
					// left to the model
				}
			}
			if (!"none".equals(Json.string(request, "tool_choice")) && this.random.nextBoolean()) {
				request.put("parallel_tool_calls", false);
			}
		}

		ObjectNode answer() {
			ObjectNode answer = Golden.JSON.createObjectNode().put("id", "chatcmpl-1").put("model", "gpt-x");
			ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
			ObjectNode message = choice.putObject("message").put("role", "assistant").put("content", text());
			boolean calls = this.random.nextBoolean();
			if (calls) {
				call(message.putArray("tool_calls"), "call_1");
			}
			choice.put("finish_reason", calls ? "tool_calls" : this.random.nextBoolean() ? "stop" : "length");
			answer.putObject("usage")
				.put("prompt_tokens", 1 + this.random.nextInt(1_000))
				.put("completion_tokens", 1 + this.random.nextInt(1_000));
			return answer;
		}

		private String text() {
			int length = 1 + this.random.nextInt(12);
			StringBuilder text = new StringBuilder("t");
			for (int i = 0; i < length; i++) {
				text.appendCodePoint(switch (this.random.nextInt(6)) {
					case 0 -> '"';
					case 1 -> '\n';
					case 2 -> 0x1F600 + this.random.nextInt(50);
					case 3 -> 0x2028;
					case 4 -> '\\';
					default -> 'a' + this.random.nextInt(26);
				});
			}
			return text.toString();
		}

	}

}
