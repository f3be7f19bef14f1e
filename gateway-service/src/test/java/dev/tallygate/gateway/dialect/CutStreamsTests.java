package dev.tallygate.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.dialect.chat.ChatWire;
import dev.tallygate.gateway.dialect.messages.MessagesWire;
import dev.tallygate.gateway.dialect.responses.ResponsesWire;
import dev.tallygate.pricing.wire.UsageContext;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Streams of every wire, with tools and all, that break off at every byte: what the
 * caller has is a whole number of events and an error that comes last. A half event would
 * swallow the error, and half of a tool's arguments are taken for all of them.
 */
class CutStreamsTests {

	private static final String CHAT = """
			data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

			: ping

			data: {"id":"c","choices":[{"index":0,"delta":{"content":"pay \u00e9 \\"now\\"\\n\\ndata: {}"},"finish_reason":null}]}

			data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"pay","arguments":""}}]},"finish_reason":null}]}

			data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"amount\\": 100"}}]},"finish_reason":null}]}

			data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"0}"}}]},"finish_reason":null}]}

			data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

			data: [DONE]

			""";

	private static final String MESSAGES = """
			event: message_start
			data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}

			event: content_block_start
			data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}

			event: ping
			data: {"type":"ping"}

			event: content_block_start
			data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"pay","input":{}}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\\"amount\\": 100"}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"0}"}}

			event: message_delta
			data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}

			event: message_stop
			data: {"type":"message_stop"}

			""";

	private static final String RESPONSES = """
			event: response.created
			data: {"type":"response.created","sequence_number":0,"response":{"id":"r","object":"response","status":"in_progress","error":null,"output":[]}}

			event: response.output_text.delta
			data: {"type":"response.output_text.delta","sequence_number":1,"delta":"pay"}

			event: response.function_call_arguments.delta
			data: {"type":"response.function_call_arguments.delta","sequence_number":2,"delta":"{\\"amount\\": 100"}

			event: response.function_call_arguments.delta
			data: {"type":"response.function_call_arguments.delta","sequence_number":3,"delta":"0}"}

			event: response.completed
			data: {"type":"response.completed","sequence_number":4,"response":{"id":"r","object":"response","status":"completed","error":null,"output":[],"usage":{"input_tokens":3,"output_tokens":9}}}

			""";

	private static final WireError ERROR = WireError.of(502, "provider_error", "It broke.\n\ndata: [DONE]\n\n");

	@SuppressWarnings("ImmutableEnumChecker") // nobody changes them
	enum Streamed {

		CHAT(new ChatWire(), CutStreamsTests.CHAT, "{\"messages\":[]}"),
		MESSAGES(new MessagesWire(), CutStreamsTests.MESSAGES, "{\"messages\":[]}"),
		RESPONSES(new ResponsesWire(), CutStreamsTests.RESPONSES, "{\"input\":\"\"}");

		private final Wire wire;

		private final byte[] stream;

		private final byte[] request;

		Streamed(Wire wire, String stream, String request) {
			this.wire = wire;
			this.stream = stream.getBytes(StandardCharsets.UTF_8);
			this.request = request.getBytes(StandardCharsets.UTF_8);
		}

		StreamReader reader() throws Exception {
			return this.wire.read(this.request, this.request.length, RequestLimits.DEFAULT)
				.to("m", true)
				.stream(new Reading("01900000-0000-7000-8000-000000000001", UsageContext.NONE));
		}

	}

	@ParameterizedTest
	@EnumSource(Streamed.class)
	void anErrorIsTheLastThingWhereverTheStreamBreaks(Streamed streamed) throws Exception {
		cutAtEveryByte(streamed, false);
	}

	@ParameterizedTest
	@EnumSource(Streamed.class)
	void anOrderlyEndThatComesTooEarlyIsNoEnd(Streamed streamed) throws Exception {
		cutAtEveryByte(streamed, true);
	}

	/** What is over already has no error after it. */
	private static void cutAtEveryByte(Streamed streamed, boolean orderly) throws Exception {
		byte[] stream = streamed.stream;
		for (int cut = 0; cut < stream.length; cut++) {
			StreamReader reader = streamed.reader();
			AnswerStream answer = new AnswerStream(reader, Redaction.NONE, 100_000);
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			answer.feed(stream.clone(), 0, cut, out::write);
			if (orderly) {
				answer.end(out::write);
			}
			boolean over = orderly ? reader.finished() : reader.closed();
			if (!over && answer.begun()) {
				answer.fail(ERROR, out::write);
				assertEndsWithTheError(streamed, out.toString(StandardCharsets.UTF_8), cut);
			}
		}
	}

	private static void assertEndsWithTheError(Streamed streamed, String seen, int cut) {
		List<String> events = List.of(seen.split("\n\n"));
		for (String event : events) {
			if (!event.startsWith(":")) {
				assertThat(json(event).isObject()).as("cut at %d: %s", cut, event).isTrue();
			}
		}
		String last = events.getLast();
		assertThat(last).as("cut at %d", cut)
			.startsWith((streamed == Streamed.RESPONSES) ? "event: response.failed\n" : "event: error\n");
		JsonNode told = json(last);
		JsonNode error = (streamed == Streamed.RESPONSES) ? told.path("response").path("error") : told.path("error");
		assertThat(error.path("code").stringValue()).isEqualTo("provider_error");
		assertThat(error.path("message").stringValue()).isEqualTo(ERROR.message());
		if (streamed == Streamed.RESPONSES) {
			assertThat(told.path("sequence_number").longValue()).as("cut at %d", cut).isEqualTo(events.size() - 1L);
		}
		assertThat(seen).doesNotContain("\ndata: [DONE]");
		assertThat(new String(streamed.stream, StandardCharsets.UTF_8))
			.startsWith(seen.substring(0, seen.lastIndexOf("event: ")));
	}

	private static JsonNode json(String event) {
		return JsonMapper.shared().readTree(event.substring(event.indexOf("data: ") + 6));
	}

	@ParameterizedTest
	@EnumSource(Streamed.class)
	void noNameOfAnEventMakesAnother(Streamed streamed) throws Exception {
		String evil = "data: {\"type\":\"x\\nevent: evil\\ndata: {}\\n\\n\",\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
		byte[] bytes = evil.getBytes(StandardCharsets.UTF_8);
		AnswerStream answer = new AnswerStream(streamed.reader(), Redaction.NONE, 100_000);
		ByteArrayOutputStream out = new ByteArrayOutputStream();

		answer.feed(bytes, 0, bytes.length, out::write);

		assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(evil);
	}

}
