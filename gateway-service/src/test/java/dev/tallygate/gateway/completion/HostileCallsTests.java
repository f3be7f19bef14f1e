package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.UsageSettled.Operation;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever a caller sends, on every road: a clear 4xx in the words of its wire and
 * nothing at the provider, or just what was sent.
 */
class HostileCallsTests {

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	static Stream<Arguments> flags() {
		return Stream.of(Road.values())
			.flatMap((road) -> Stream.of("\"true\"", "\"\"", "1", "0", "[]", "{}", "[true]")
				.map((flag) -> Arguments.of(road, flag)));
	}

	@ParameterizedTest
	@MethodSource("flags")
	void streamIsTrueOrFalse(Road road, String flag) throws Exception {
		assertRefused(road, post(road, ",\"stream\":" + flag), "invalid_request", "stream");
	}

	@ParameterizedTest
	@EnumSource(names = { "CHAT", "CHAT_ON_MESSAGES" })
	void nobodyHasAGiganticNumberOfChoices(Road road) throws Exception {
		for (String n : List.of("129", "1000000", "9223372036854775807", "99999999999999999999999", "1e9", "1e308",
				"-1", "0", "1.5", "\"2\"", "[2]", "true")) {
			assertRefused(road, post(road, ",\"n\":" + n), "invalid_request", "n");
		}
	}

	/** Where there is no such member, it says nothing that is held or passed over. */
	@ParameterizedTest
	@EnumSource(names = { "MESSAGES_ON_CHAT", "RESPONSES_ON_MESSAGES", "RESPONSES_ON_CHAT" })
	void choicesThatAWireDoesNotKnowAreNotCarriedOver(Road road) throws Exception {
		assertRefused(road, post(road, ",\"n\":99999999999999999999999"), "not_translatable", "n");
	}

	@ParameterizedTest
	@EnumSource
	void aLimitIsANumberOfTokens(Road road) throws Exception {
		String name = limit(road);
		for (String limit : List.of("-1", "1.5", "1e30", "\"7\"", "[]", "{}", "true")) {
			assertRefused(road, post(road, ",\"" + name + "\":" + limit), "invalid_request", name);
		}
	}

	/** It is the provider's to refuse; nothing here turns negative. */
	@ParameterizedTest
	@EnumSource
	void aGiganticLimitIsHeldAsItIs(Road road) throws Exception {
		try (CaptureServer provider = new CaptureServer(road.whole("\"one\"", road.usage("3", "4")))) {
			road.leadTo(gateway, provider.url());
			HttpResponse<String> answer = post(road, ",\"" + limit(road) + "\":99999999999999999999");

			assertThat(gateway.calls.requests())
				.allSatisfy((asked) -> assertThat(asked.demand().maxOutputTokens()).isNotNull()
					.isGreaterThanOrEqualTo(Long.MAX_VALUE));
			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatNestsWithoutAnEndIsRefused(Road road) throws Exception {
		String deep = "{\"type\":\"object\",\"properties\":{\"a\":".repeat(10_000) + "{}" + "}}".repeat(10_000);
		String tool = switch (road.caller) {
			case CHAT -> "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":" + deep + "}}";
			case MESSAGES -> "{\"name\":\"f\",\"input_schema\":" + deep + '}';
			case RESPONSES, EMBEDDINGS -> "{\"type\":\"function\",\"name\":\"f\",\"parameters\":" + deep + '}';
		};
		assertRefused(road, post(road, ",\"tools\":[" + tool + ']'), "invalid_request", null);
		assertRefused(road, post(road, ",\"x\":" + "[".repeat(400_000)), "invalid_request", null);
		assertRefused(road, post(road, ",\"x\":" + "[".repeat(300_000) + "]".repeat(300_000)), "invalid_request", null);
	}

	@ParameterizedTest
	@EnumSource
	void bytesThatAreNoTextAreRefused(Road road) throws Exception {
		int[][] broken = { { 0xFF }, { 0xC0, 0x80 }, { 0xED, 0xA0, 0x80 }, { 0x00 }, { 0x1F }, { '\n' } };
		for (int[] bytes : broken) {
			ByteArrayOutputStream body = new ByteArrayOutputStream();
			String[] around = road.ask("one@two", "").split("@", 2);
			body.writeBytes(around[0].getBytes(StandardCharsets.UTF_8));
			for (int each : bytes) {
				body.write(each);
			}
			body.writeBytes(around[1].getBytes(StandardCharsets.UTF_8));
			assertRefused(road, post(road, body.toByteArray()), "invalid_request", null);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatIsSaidTwiceIsRefused(Road road) throws Exception {
		for (String member : List.of("\"model\":\"manus:x\"", "\"Model\":\"manus:x\"", "\"m\\u006fdel\":\"manus:x\"",
				"\"stream\":false,\"stream\":true", "\"" + limit(road) + "\":1,\"" + limit(road) + "\":2")) {
			assertRefused(road, post(road, ',' + member), "invalid_request", null);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aBodyBeyondTheLimitIsToldSo(Road road) throws Exception {
		HttpResponse<String> answer = gateway.post(road.path, road.ask("x".repeat(1024 * 1024 + 1), ""));

		assertThat(answer.statusCode()).isEqualTo(413);
		assertThat(answer.body()).contains("request_too_large");
		assertEnvelope(road, answer);
	}

	@ParameterizedTest
	@EnumSource
	void chunksThatAreNoneAreRefused(Road road) throws Exception {
		String body = road.ask("one", "");
		for (String chunks : List.of("zz\r\n" + body, "-1\r\n" + body, "ffffffffffffffff\r\n" + body,
				"5\r\n" + body + "\r\n0\r\n\r\n")) {
			String request = "POST " + road.path + " HTTP/1.1\r\nHost: g\r\nx-api-key: " + TestGateway.TOKEN
					+ "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
			try (Wire wire = Wire.send(gateway, request.getBytes(StandardCharsets.UTF_8))) {
				assertThat(wire.readToEnd()).startsWith("HTTP/1.1 400").doesNotContain("<html", "Exception");
			}
		}
		assertThat(gateway.calls.requests()).isEmpty();
	}

	static Stream<Arguments> evilNames() {
		return Stream.of(Road.values())
			.flatMap((road) -> Stream
				.of("a\\r\\nx-evil: 1", "a\\n\\ndata: {}\\n\\n", "\\u0000", "a\\u2028b", "a b", "\\u00e9", "a\\u0085")
				.map((name) -> Arguments.of(road, name)));
	}

	@ParameterizedTest
	@MethodSource("evilNames")
	void noNameOfAModelGetsIntoAHeaderOrAnEvent(Road road, String name) throws Exception {
		for (String model : List.of(road.provider + ':' + name, road.provider + '/' + name, name)) {
			HttpResponse<String> answer = gateway.post(road.path, road.ask(model, "one", ",\"stream\":true"));

			assertThat(answer.statusCode()).as(answer.body()).isIn(400, 404);
			assertThat(answer.headers().map()).doesNotContainKeys("x-evil", "x-tallygate-model");
			assertThat(answer.body()).doesNotContain("\n", "\u2028");
			assertEnvelope(road, answer);
		}
		assertThat(gateway.calls.requests()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void noHeaderOfACallersMakesAnother(Road road) throws Exception {
		try (CaptureServer provider = new CaptureServer(road.whole("\"one\"", road.usage("3", "4")))) {
			road.leadTo(gateway, provider.url());
			byte[] body = road.ask("one", "").getBytes(StandardCharsets.UTF_8);
			String head = "POST " + road.path + " HTTP/1.1\r\nHost: g\r\nx-api-key: " + TestGateway.TOKEN
					+ "\r\nContent-Type: application/json\r\nanthropic-beta: a\tb\u00e9\r\nOpenAI-Beta: a\tb\u00e9"
					+ "\r\nanthropic-version: 2023-06-01\u00ff\r\nx-tallygate-conversation: \u00e9\tx"
					+ "\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n";
			ByteArrayOutputStream request = new ByteArrayOutputStream();
			request.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
			request.writeBytes(body);
			try (Wire wire = Wire.send(gateway, request.toByteArray())) {
				assertThat(wire.readToEnd()).startsWith("HTTP/1.1 200");
			}
			assertThat(provider.requests()).hasSize(1);
			assertThat(provider.requests().getFirst()).doesNotContain("a\tb", "2023-06-01\u00ff", "\u00c3");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a%0d%0ax-evil:%201", "a%0aGET%20/", "..%2f..%2fadmin", "a%3fb", "a%23b", "a%00",
			"a%20HTTP/1.1", "%c3%a9" })
	void noIdOfAResponseGetsIntoARequest(String id) throws Exception {
		try (CaptureServer provider = new CaptureServer("{}")) {
			Road.RESPONSES.leadTo(gateway, provider.url());
			for (String more : List.of("", "/cancel", "/input_items")) {
				HttpRequest request = HttpRequest.newBuilder(gateway.uri("/v1/responses/" + id + more))
					.header("Authorization", "Bearer " + TestGateway.TOKEN)
					.method(more.equals("/cancel") ? "POST" : "GET", HttpRequest.BodyPublishers.noBody())
					.build();
				HttpResponse<String> answer = gateway.http.send(request, HttpResponse.BodyHandlers.ofString());
				assertThat(answer.statusCode()).isIn(400, 404);
				assertThat(answer.headers().map()).doesNotContainKey("x-evil");
			}
			assertThat(provider.requests()).isEmpty();
		}
	}

	// What nobody knows, and arguments that are no JSON.

	static Stream<Arguments> unknown() {
		return Stream.of(
				Arguments.of(Road.CHAT, "{\"role\":\"user\",\"content\":[{\"type\":\"hologram\",\"x\":1}]}",
						"messages[0].content[0]"),
				Arguments.of(Road.CHAT_ON_MESSAGES, "{\"role\":\"user\",\"content\":[{\"type\":\"hologram\",\"x\":1}]}",
						"messages[0].content[0]"),
				Arguments.of(Road.MESSAGES, "{\"role\":\"user\",\"content\":[{\"type\":\"hologram\",\"x\":1}]}",
						"messages[0].content[0]"),
				Arguments.of(Road.MESSAGES_ON_CHAT, "{\"role\":\"user\",\"content\":[{\"type\":\"hologram\",\"x\":1}]}",
						"messages[0].content[0]"),
				Arguments.of(Road.RESPONSES, "{\"type\":\"hologram_call\",\"x\":1}", "input[0]"),
				Arguments.of(Road.RESPONSES_ON_CHAT, "{\"type\":\"hologram_call\",\"x\":1}", "input[0]"),
				Arguments.of(Road.RESPONSES_ON_MESSAGES, "{\"type\":\"hologram_call\",\"x\":1}", "input[0]"),
				Arguments.of(Road.CHAT,
						"{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"t\",\"type\":\"function\","
								+ "\"function\":{\"name\":\"f\",\"arguments\":\"no json\"}}]}",
						"messages[0].tool_calls[0]"),
				Arguments.of(Road.CHAT_ON_MESSAGES,
						"{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"t\",\"type\":\"function\","
								+ "\"function\":{\"name\":\"f\",\"arguments\":\"no json\"}}]}",
						"messages[0].tool_calls[0]"),
				Arguments.of(Road.RESPONSES,
						"{\"type\":\"function_call\",\"call_id\":\"t\",\"name\":\"f\",\"arguments\":\"no json\"}",
						"input[0]"),
				Arguments.of(Road.RESPONSES_ON_MESSAGES,
						"{\"type\":\"function_call\",\"call_id\":\"t\",\"name\":\"f\",\"arguments\":\"no json\"}",
						"input[0]"));
	}

	@ParameterizedTest
	@MethodSource("unknown")
	void whatNobodyKnowsPassesAsItIsOrIsRefusedByName(Road road, String item, String place) throws Exception {
		String list = (road.caller == Operation.RESPONSES) ? "input" : "messages";
		String body = "{\"model\":\"" + road.provider + ":m\",\"max_tokens\":9,\"" + list + "\":[" + item + "]}";
		if (road.caller == Operation.RESPONSES) {
			body = body.replace("\"max_tokens\":9,", "");
		}
		try (CaptureServer provider = new CaptureServer(road.whole("\"one\"", road.usage("3", "4")))) {
			road.leadTo(gateway, provider.url());

			HttpResponse<String> answer = gateway.post(road.path, body);

			if (road.crossed()) {
				assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
				assertThat(answer.body()).contains(place);
				assertThat(provider.requests()).isEmpty();
			}
			else {
				assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
				assertThat(provider.requests().getFirst()).contains(item);
			}
		}
	}

	private static String limit(Road road) {
		return (road.caller == Operation.RESPONSES) ? "max_output_tokens" : "max_tokens";
	}

	private static HttpResponse<String> post(Road road, String more) throws Exception {
		return gateway.post(road.path, road.ask("one", more));
	}

	private static HttpResponse<String> post(Road road, byte[] body) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(gateway.uri(road.path))
			.header("Authorization", "Bearer " + TestGateway.TOKEN)
			.POST(HttpRequest.BodyPublishers.ofByteArray(body))
			.build();
		return gateway.http.send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static void assertRefused(Road road, HttpResponse<String> answer, String code, @Nullable String member) {
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
		JsonNode error = assertEnvelope(road, answer);
		assertThat(error.path("code").stringValue()).isEqualTo(code);
		if (member != null) {
			assertThat(error.path("param").asString("") + error.path("message").asString()).contains(member);
		}
		assertThat(gateway.calls.requests()).isEmpty();
		assertThat(gateway.simulator.bill().billed()).isEmpty();
	}

	private static JsonNode assertEnvelope(Road road, HttpResponse<String> answer) {
		JsonNode body = JsonMapper.shared().readTree(answer.body());
		assertThat(body.path("type").asString("")).isEqualTo((road.caller == Operation.MESSAGES) ? "error" : "");
		assertThat(body.path("error").path("message").asString("")).isNotBlank();
		return body.path("error");
	}

}
