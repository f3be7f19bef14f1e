package dev.tallygate.gateway.dialect.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.dialect.EventStreamSplitter.Room;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * What single providers do otherwise than the documentation of their wire has it.
 */
class ProvidersOwnWaysTests {

	/** Interleaved thinking has blocks of thought one after the other, each signed. */
	@Test
	void thoughtsOneAfterTheOtherKeepTheirOwnSignatures() throws Exception {
		String written = streamed(Crossing.RESPONSES_TO_MESSAGES,
				"""
						data: {"type":"message_start","message":{"id":"msg_1","model":"claude-opus-4-6","usage":{"input_tokens":3}}}

						data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

						data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"one"}}

						data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"first"}}

						data: {"type":"content_block_stop","index":0}

						data: {"type":"content_block_start","index":1,"content_block":{"type":"thinking","thinking":"","signature":""}}

						data: {"type":"content_block_delta","index":1,"delta":{"type":"thinking_delta","thinking":"two"}}

						data: {"type":"content_block_delta","index":1,"delta":{"type":"signature_delta","signature":"second"}}

						data: {"type":"content_block_stop","index":1}

						data: {"type":"content_block_start","index":2,"content_block":{"type":"thinking","thinking":"","signature":""}}

						data: {"type":"content_block_delta","index":2,"delta":{"type":"signature_delta","signature":"third"}}

						data: {"type":"content_block_stop","index":2}

						data: {"type":"content_block_start","index":3,"content_block":{"type":"text","text":""}}

						data: {"type":"content_block_delta","index":3,"delta":{"type":"text_delta","text":"Hi"}}

						data: {"type":"content_block_stop","index":3}

						data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}

						data: {"type":"message_stop"}

						""");

		JsonNode output = last(written).path("response").path("output");
		assertThat(output.size()).isEqualTo(4);
		assertThat(SealedThinking.open(sealed(output, 0))).isEqualTo(new Part.Thinking("one", "first"));
		assertThat(SealedThinking.open(sealed(output, 1))).isEqualTo(new Part.Thinking("two", "second"));
		assertThat(SealedThinking.open(sealed(output, 2))).isEqualTo(new Part.Thinking("", "third"));
	}

	/** Azure's first event is about its filters alone, and knows no model yet. */
	@ParameterizedTest
	@CsvSource({ "MESSAGES_TO_CHAT, message", "RESPONSES_TO_CHAT, response" })
	void anAnswerBeginsWithTheEventThatSaysWhoAnswers(Crossing crossing, String member) throws Exception {
		String written = streamed(crossing,
				"""
						data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0}]}

						data: {"id":"chatcmpl-7","model":"gpt-4o-2024-11-20","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"}}]}

						data: {"id":"chatcmpl-7","model":"gpt-4o-2024-11-20","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

						data: [DONE]

						""");

		JsonNode begun = Golden.JSON.readTree(written.substring(written.indexOf('{'), written.indexOf("\n\n")));
		assertThat(begun.path(member).path("model").stringValue()).isEqualTo("gpt-4o-2024-11-20");
		assertThat(begun.path(member).path("id").stringValue()).endsWith("_7");
	}

	@Test
	void aWholeAnswerThatNamesNoModelIsOfTheOneThatWasAsked() throws Exception {
		assertThat(whole("{\"prompt_tokens\":3,\"completion_tokens\":2}").path("model").stringValue()).isEqualTo("m");
	}

	/** As DeepSeek, Moonshot, Fireworks and xAI tell them. */
	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					{"prompt_tokens":10,"prompt_tokens_details":{"cached_tokens":6},"completion_tokens":2}               | 4 | 6 | 2
					{"prompt_tokens":10,"prompt_cache_hit_tokens":6,"prompt_cache_miss_tokens":4,"completion_tokens":2}  | 4 | 6 | 2
					{"prompt_tokens":10,"cached_tokens":6,"completion_tokens":2}                                         | 4 | 6 | 2
					{"prompt_tokens":10,"completion_tokens":2,"total_tokens":15,"completion_tokens_details":{"reasoning_tokens":3}} | 10 | 0 | 5
					""")
	void tellsTheUsageThatTheBooksRead(String usage, long input, long cached, long output) throws Exception {
		JsonNode told = whole(usage).path("usage");

		assertThat(told.path("input_tokens").longValue()).isEqualTo(input);
		assertThat(told.path("cache_read_input_tokens").longValue()).isEqualTo(cached);
		assertThat(told.path("output_tokens").longValue()).isEqualTo(output);
	}

	/** As those have it that speak like Anthropic and sign nothing. */
	@Test
	void aThoughtWithAnEmptySignatureIsNotSigned() throws Exception {
		byte[] answer = Golden.utf8("""
				{"id":"msg_1","model":"m","content":[{"type":"thinking","thinking":"hm","signature":""},
				 {"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}
				""");
		JsonNode response = Golden.JSON.readTree(
				Golden.cross(Crossing.RESPONSES_TO_MESSAGES, Golden.plainRequest(Crossing.RESPONSES_TO_MESSAGES), "m")
					.whole(answer, 0, answer.length, 77));

		JsonNode thought = response.path("output").path(0);
		assertThat(thought.path("summary").path(0).path("text").stringValue()).isEqualTo("hm");
		assertThat(thought.has("encrypted_content")).isFalse();
	}

	/** Which OpenAI takes, and Anthropic refuses. */
	@Test
	void theUsualMistakeForJpegIsSetRight() throws Exception {
		JsonNode request = Golden.JSON.readTree("""
				{"model":"m","messages":[{"role":"user","content":[
				 {"type":"image_url","image_url":{"url":"data:image/jpg;base64,AAAA"}},{"type":"text","text":"?"}]}]}
				""");

		JsonNode said = Golden.JSON
			.readTree(Golden.cross(Crossing.CHAT_TO_MESSAGES, request, "claude-opus-4-6").body());

		assertThat(said.at("/messages/0/content/0/source/media_type").stringValue()).isEqualTo("image/jpeg");
	}

	private static JsonNode whole(String usage) throws Exception {
		byte[] answer = Golden.utf8("{\"id\":\"\",\"model\":\"\",\"choices\":[{\"index\":0,\"message\":"
				+ "{\"role\":\"assistant\",\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"usage\":" + usage + "}");
		return Golden.JSON
			.readTree(Golden.cross(Crossing.MESSAGES_TO_CHAT, Golden.plainRequest(Crossing.MESSAGES_TO_CHAT), "m")
				.whole(answer, 0, answer.length, 77));
	}

	private static String streamed(Crossing crossing, String provider) throws Exception {
		SseStream stream = new SseStream(
				Golden.cross(crossing, Golden.plainRequest(crossing), "m").stream(77, Room.UNBOUNDED));
		byte[] bytes = provider.getBytes(StandardCharsets.UTF_8);
		stream.feed(bytes, 0, bytes.length);
		stream.end();
		return stream.written();
	}

	private static JsonNode last(String written) {
		return Golden.JSON.readTree(written.substring(written.lastIndexOf("data: ") + "data: ".length()));
	}

	private static String sealed(JsonNode output, int index) {
		return output.path(index).path("encrypted_content").stringValue();
	}

}
