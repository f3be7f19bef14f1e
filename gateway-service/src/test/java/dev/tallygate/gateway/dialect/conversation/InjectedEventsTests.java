package dev.tallygate.gateway.dialect.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.dialect.AnswerStream;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.dialect.chat.ChatWire;
import dev.tallygate.gateway.dialect.messages.MessagesWire;
import dev.tallygate.gateway.dialect.responses.ResponsesWire;
import dev.tallygate.pricing.wire.UsageContext;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Names of models, texts, tools, arguments and errors that look like the end of an event
 * and the start of others: on every wire and between any two, however the bytes arrive,
 * they stay what they are.
 */
class InjectedEventsTests {

	private static final JsonMapper JSON = JsonMapper.shared();

	/** Every way an event could end, and what could come then. */
	private static final String EVIL = "x\n\nevent: evil\ndata: {\"type\":\"evil\"}\n\n\r\rdata: [DONE]\r\r\r\n\r\n"
			+ "event: error\r\ndata: {\"error\":{}}\r\n\r\n: c\nid: 7\nretry: 1\n\u0000\u0085\u2028\u2029\uFEFF\ud83d\ude00";

	private static final String CHAT = """
			data: {"id":@,"model":@,"choices":[{"index":0,"delta":{"role":"assistant","content":@,"reasoning_content":@},"finish_reason":null}]}

			data: {"id":@,"model":@,"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":@,"type":"function","function":{"name":@,"arguments":"{\\"a\\":"}}]},"finish_reason":null}]}

			data: {"id":@,"model":@,"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":@@}}]},"finish_reason":null}]}

			data: {"id":@,"model":@,"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]},"finish_reason":null}]}

			data: {"id":@,"model":@,"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

			data: [DONE]

			""";

	private static final String MESSAGES = """
			event: message_start
			data: {"type":"message_start","message":{"id":@,"type":"message","role":"assistant","model":@,"content":[],"usage":{"input_tokens":3,"output_tokens":1}}}

			event: content_block_start
			data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":@}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":@}}

			event: content_block_stop
			data: {"type":"content_block_stop","index":0}

			event: content_block_start
			data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":@}}

			event: content_block_stop
			data: {"type":"content_block_stop","index":1}

			event: content_block_start
			data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":@,"name":@,"input":{}}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\":"}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":@@}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"}"}}

			event: content_block_stop
			data: {"type":"content_block_stop","index":2}

			event: message_delta
			data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":@},"usage":{"output_tokens":9}}

			event: message_stop
			data: {"type":"message_stop"}

			""";

	private static final String RESPONSES = """
			event: response.created
			data: {"type":"response.created","sequence_number":0,"response":{"id":@,"object":"response","model":@,"status":"in_progress","error":null,"output":[]}}

			event: response.output_text.delta
			data: {"type":"response.output_text.delta","sequence_number":1,"item_id":@,"delta":@}

			event: response.function_call_arguments.delta
			data: {"type":"response.function_call_arguments.delta","sequence_number":2,"item_id":@,"delta":@@}

			event: response.completed
			data: {"type":"response.completed","sequence_number":3,"response":{"id":@,"object":"response","model":@,"status":"completed","error":null,"output":[{"type":"function_call","name":@,"arguments":@@}],"usage":{"input_tokens":3,"output_tokens":9}}}

			""";

	@SuppressWarnings("ImmutableEnumChecker") // nobody changes them
	enum Way {

		CHAT(new ChatWire(), InjectedEventsTests.CHAT, null),
		MESSAGES(new MessagesWire(), InjectedEventsTests.MESSAGES, null),
		RESPONSES(new ResponsesWire(), InjectedEventsTests.RESPONSES, null),
		CHAT_TO_MESSAGES(new MessagesWire(), InjectedEventsTests.MESSAGES, Crossing.CHAT_TO_MESSAGES),
		MESSAGES_TO_CHAT(new ChatWire(), InjectedEventsTests.CHAT, Crossing.MESSAGES_TO_CHAT),
		RESPONSES_TO_MESSAGES(new MessagesWire(), InjectedEventsTests.MESSAGES, Crossing.RESPONSES_TO_MESSAGES),
		RESPONSES_TO_CHAT(new ChatWire(), InjectedEventsTests.CHAT, Crossing.RESPONSES_TO_CHAT);

		private final Wire wire;

		private final byte[] stream;

		private final @Nullable Crossing crossing;

		Way(Wire wire, String stream, @Nullable Crossing crossing) {
			this.wire = wire;
			this.stream = evil(stream);
			this.crossing = crossing;
		}

		Exchange exchange() throws Exception {
			Crossing between = this.crossing;
			if (between == null) {
				byte[] request = Golden.utf8(
						"{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[],\"input\":\"\"}");
				return this.wire.read(request, request.length, RequestLimits.DEFAULT).to("m", true);
			}
			CrossedRequest crossed = Golden.cross(between, Golden.plainRequest(between), "m");
			byte[] body = crossed.body();
			return new CrossedExchange(this.wire.read(body, body.length, RequestLimits.DEFAULT).to("m", true), crossed,
					7);
		}

		/** How the caller's wire says an error. */
		byte[] error() {
			return evil((this.wire instanceof MessagesWire)
					? "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":@,\"message\":@}}\n\n"
					: "data: {\"type\":\"error\",\"code\":@,\"message\":@,\"error\":{\"message\":@,\"type\":@,\"code\":@}}\n\n");
		}

		/** With the evil text in each place for one, and in JSON within JSON. */
		private static byte[] evil(String stream) {
			String quoted = JSON.writeValueAsString(EVIL);
			return Golden.utf8(stream.replace("@@", JSON.writeValueAsString(quoted)).replace("@", quoted));
		}

	}

	/** One event as a reader of the standard sees it. */
	private record Event(String name, String data) {

	}

	@ParameterizedTest
	@EnumSource
	void noTextMakesAnEventWhereverTheStreamIsSplit(Way way) throws Exception {
		Exchange exchange = way.exchange();
		int length = way.stream.length;
		String whole = relayed(exchange, way.stream, length);

		if (way.crossing == null) {
			assertThat(whole).isEqualTo(new String(way.stream, StandardCharsets.UTF_8));
		}
		List<Event> events = events(whole);
		assertThat(events).allSatisfy((event) -> assertThat(event.name()).doesNotContain("evil", "error"));
		assertThat(events).filteredOn((event) -> event.data().equals("[DONE]")).hasSizeLessThanOrEqualTo(1);
		assertThat(texts(events)).as("told in full").contains(EVIL);
		assertTheSame(exchange, way.stream, whole);
	}

	@ParameterizedTest
	@EnumSource
	void noErrorMakesAnotherEvent(Way way) throws Exception {
		byte[] ours = way.stream;
		Exchange exchange = way.exchange();
		for (int cut = 0; cut < ours.length; cut += 11) {
			AnswerStream answer = new AnswerStream(exchange.stream(reading()), Redaction.NONE, 100_000);
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			answer.feed(ours.clone(), 0, cut, out::write);
			if (answer.begun() && !out.toString(StandardCharsets.UTF_8).contains("[DONE]")) {
				answer.fail(WireError.of(502, "provider_error", EVIL), out::write);
				assertThat(texts(List.of(events(out.toString(StandardCharsets.UTF_8)).getLast())))
					.as("failed at %d", cut)
					.contains(EVIL, "provider_error");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void theProvidersErrorMakesNoOther(Way way) throws Exception {
		byte[] first = firstEvent(way.stream);
		byte[] error = way.error();
		byte[] both = new byte[first.length + error.length];
		System.arraycopy(first, 0, both, 0, first.length);
		System.arraycopy(error, 0, both, first.length, error.length);
		Exchange exchange = way.exchange();
		String whole = relayed(exchange, both, both.length);

		List<Event> events = events(whole);
		assertThat(texts(List.of(events.getLast()))).contains(EVIL);
		assertThat(events).noneMatch((event) -> event.name().contains("evil") || event.data().equals("[DONE]"));
		assertTheSame(exchange, both, whole);
	}

	/** Wherever the bytes are split. */
	private static void assertTheSame(Exchange exchange, byte[] stream, String whole) throws Exception {
		for (int cut = 1; cut < stream.length; cut++) {
			String split = relayed(exchange, stream, cut);
			if (!split.equals(whole)) {
				assertThat(Golden.steady(split)).as("split at %d", cut).isEqualTo(Golden.steady(whole));
			}
		}
	}

	private static byte[] firstEvent(byte[] stream) {
		String text = new String(stream, StandardCharsets.UTF_8);
		return Golden.utf8(text.substring(0, text.indexOf("\n\n") + 2));
	}

	/** What the caller gets when the bytes arrive in two pieces. */
	private static String relayed(Exchange exchange, byte[] stream, int cut) throws Exception {
		byte[] bytes = stream.clone();
		AnswerStream answer = new AnswerStream(exchange.stream(reading()), Redaction.NONE, 100_000);
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		answer.feed(bytes, 0, cut, out::write);
		answer.feed(bytes, cut, bytes.length - cut, out::write);
		answer.end(out::write);
		return out.toString(StandardCharsets.UTF_8);
	}

	private static Reading reading() {
		return new Reading("01900000-0000-7000-8000-000000000001", UsageContext.NONE);
	}

	/** As the standard says it: lines end with CRLF, LF or CR. */
	private static List<Event> events(String stream) {
		List<Event> events = new ArrayList<>();
		String name = "";
		StringBuilder data = new StringBuilder();
		for (String line : stream.split("\r\n|\n|\r", -1)) {
			if (line.isEmpty() && !data.isEmpty()) {
				events.add(new Event(name, data.toString().strip()));
				data.setLength(0);
				name = "";
			}
			else if (line.startsWith("data:")) {
				data.append(line.substring("data:".length())).append('\n');
			}
			else if (line.startsWith("event:")) {
				name = line.substring("event:".length()).strip();
			}
		}
		return events;
	}

	/** Every text that stands anywhere in the data, JSON in texts included. */
	private static List<String> texts(List<Event> events) {
		List<String> texts = new ArrayList<>();
		for (Event event : events) {
			if (!event.data().equals("[DONE]")) {
				collect(JSON.readTree(event.data()), texts);
			}
		}
		return texts;
	}

	private static void collect(JsonNode node, List<String> texts) {
		if (node.isString()) {
			texts.add(node.stringValue());
		}
		node.forEach((each) -> collect(each, texts));
	}

}
