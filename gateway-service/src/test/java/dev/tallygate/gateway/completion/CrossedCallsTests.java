package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls whose caller and provider speak different wires.
 */
class CrossedCallsTests {

	private static final String CLAUDE = "anthropic:claude-sonnet-4";

	private static final String GPT = "openai:gpt-4o";

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	/** A caller's wire and a provider that speaks another. */
	enum Cross {

		CHAT_ON_CLAUDE("/v1/chat/completions", CLAUDE, Operation.CHAT),
		MESSAGES_ON_GPT("/v1/messages", GPT, Operation.MESSAGES),
		MESSAGES_ON_OLLAMA("/v1/messages", "ollama:llama3.1", Operation.MESSAGES),
		RESPONSES_ON_CLAUDE("/v1/responses", CLAUDE, Operation.RESPONSES),
		RESPONSES_ON_OLLAMA("/v1/responses", "ollama:llama3.1", Operation.RESPONSES);

		private final String path;

		private final String model;

		private final Operation operation;

		Cross(String path, String model, Operation operation) {
			this.path = path;
			this.model = model;
			this.operation = operation;
		}

		String body(String prompt, boolean stream) {
			String asked = prompt.replace("\"", "\\\"");
			String start = "{\"model\":\"" + this.model + "\"" + (stream ? ",\"stream\":true" : "");
			return switch (this.operation) {
				case CHAT -> start + (stream ? ",\"stream_options\":{\"include_usage\":true}" : "")
						+ ",\"messages\":[{\"role\":\"user\",\"content\":\"" + asked + "\"}],\"tools\":[{\"type\":"
						+ "\"function\",\"function\":{\"name\":\"get_weather\",\"parameters\":{\"type\":\"object\","
						+ "\"properties\":{\"city\":{\"type\":\"string\"}}}}}]}";
				case MESSAGES -> start + ",\"max_tokens\":500,\"messages\":[{\"role\":\"user\",\"content\":\"" + asked
						+ "\"}],\"tools\":[{\"name\":\"get_weather\",\"input_schema\":{\"type\":\"object\","
						+ "\"properties\":{\"city\":{\"type\":\"string\"}}}}]}";
				case RESPONSES, EMBEDDINGS -> start + ",\"input\":\"" + asked + "\",\"tools\":[{\"type\":\"function\","
						+ "\"name\":\"get_weather\",\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":"
						+ "{\"type\":\"string\"}}}}]}";
			};
		}

		String end() {
			return switch (this.operation) {
				case CHAT -> "data: [DONE]";
				case MESSAGES -> "event: message_stop";
				case RESPONSES, EMBEDDINGS -> "event: response.completed";
			};
		}

	}

	@ParameterizedTest
	@EnumSource
	void settlesAWholeAnswerWithWhatTheProviderBilled(Cross cross) throws Exception {
		HttpResponse<String> answer = post(cross, "one two three [[sim: output=7]]", false);

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(textOf(cross, json(answer))).isNotBlank();
		settledAsBilled(cross, 7, Status.COMPLETED);
		assertThat(answer.headers().firstValue("x-tallygate-model")).contains(cross.model);
		assertThat(answer.headers().firstValue("x-tallygate-cost-nanos")).isPresent();
		assertThat(answer.headers().firstValue("x-tallygate-left-out")).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void settlesAStreamWithWhatTheProviderBilled(Cross cross) throws Exception {
		HttpResponse<String> answer = post(cross, "one two three [[sim: output=9]]", true);

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
		assertThat(answer.body()).contains(cross.end());
		settledAsBilled(cross, 9, Status.COMPLETED);
	}

	@ParameterizedTest
	@EnumSource
	void callsTools(Cross cross) throws Exception {
		String prompt = "weather [[sim: tool=get_weather{\"city\":\"Oslo\"}]]";

		JsonNode whole = json(post(cross, prompt, false));
		String streamed = post(cross, prompt, true).body();

		switch (cross.operation) {
			case CHAT -> {
				JsonNode call = whole.at("/choices/0/message/tool_calls/0/function");
				assertThat(call.path("name").asString()).isEqualTo("get_weather");
				assertThat(JsonMapper.shared().readTree(call.path("arguments").asString()).path("city").asString())
					.isEqualTo("Oslo");
				assertThat(whole.at("/choices/0/finish_reason").asString()).isEqualTo("tool_calls");
				assertThat(streamed).contains("\"finish_reason\":\"tool_calls\"");
			}
			case MESSAGES -> {
				JsonNode call = whole.path("content").get(whole.path("content").size() - 1);
				assertThat(call.path("type").asString()).isEqualTo("tool_use");
				assertThat(call.at("/input/city").asString()).isEqualTo("Oslo");
				assertThat(whole.path("stop_reason").asString()).isEqualTo("tool_use");
				assertThat(streamed).contains("\"stop_reason\":\"tool_use\"", "input_json_delta");
			}
			case RESPONSES, EMBEDDINGS -> {
				JsonNode call = whole.path("output").get(whole.path("output").size() - 1);
				assertThat(call.path("type").asString()).isEqualTo("function_call");
				assertThat(call.path("arguments").asString()).contains("Oslo");
				assertThat(streamed).contains("response.function_call_arguments.done");
			}
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			fault=cut@3
			fault=error@3
			fault=reset@3
			fault=tear@3
			fault=fin@3
			fault=garbage@3
			tool=get_weather{"city":"Oslo"} fault=cut@1
			tool=get_weather{"city":"Oslo"} fault=error@1
			""")
	void aBrokenStreamEndsWithOneErrorAndNoEnd(String directives) throws Exception {
		for (Cross cross : Cross.values()) {
			gateway.calls.clear();
			String prompt = "one [[sim: output=30 " + directives + "]]";
			String body = readAll(cross, prompt);

			assertThat(body).as("%s", cross).doesNotContain(cross.end(), "\"finish_reason\":\"", "message_delta");
			String last = body.strip().substring(body.strip().lastIndexOf("event: "));
			assertThat(last).as("%s %s", cross, body)
				.startsWith((cross.operation == Operation.RESPONSES) ? "event: response.failed\n" : "event: error\n");
			assertThat(body.endsWith("\r\n0\r\n\r\n")).as("%s ends in order", cross)
				.isEqualTo(cross.operation != Operation.CHAT);
			UsageSettled settled = gateway.calls.theOne();
			assertThat(settled.status()).as("%s", cross).isEqualTo(Status.INTERRUPTED);
			assertThat(settled.outputTokens()).as("%s", cross).isNotNull();
		}
	}

	@ParameterizedTest
	@EnumSource
	void anErrorAtFirstIsAStatus(Cross cross) throws Exception {
		HttpResponse<String> answer = post(cross, "one [[sim: fault=error-first]]", true);

		assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
		assertThat(json(answer).has("error")).as(answer.body()).isTrue();
		assertThat(gateway.calls.theOne().status()).isEqualTo(Status.FAILED);
	}

	@ParameterizedTest
	@EnumSource
	void aProvidersRefusalIsTheCallersEnvelope(Cross cross) throws Exception {
		HttpResponse<String> answer = post(cross, "one [[sim: status=422 body=message]]", false);

		assertThat(answer.statusCode()).isEqualTo(422);
		JsonNode error = json(answer).path("error");
		assertThat(error.path("message").asString()).isNotBlank();
		assertThat(json(answer).path("type").asString(""))
			.isEqualTo((cross.operation == Operation.MESSAGES) ? "error" : "");
	}

	@Test
	void whatCannotBeSaidIsRefusedBeforeAnythingIsSpent() throws Exception {
		HttpResponse<String> answer = gateway.chat(TestGateway.ask(CLAUDE, "one", ",\"n\":2"));

		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(json(answer).at("/error/code").asString()).isEqualTo("not_translatable");
		assertThat(json(answer).at("/error/param").asString()).isEqualTo("n");
		assertThat(gateway.simulator.bill().billed()).isEmpty();
		assertThat(gateway.calls.open()).isZero();
	}

	@Test
	void aCallWithoutALimitReservesWhatIsAskedForInItsStead() throws Exception {
		try (CaptureServer provider = new CaptureServer("{\"type\":\"message\",\"content\":[]}")) {
			gateway.reveals.put("anthropic", gateway.anthropicAt(provider.url() + "/v1"));

			gateway.chat(TestGateway.ask(CLAUDE, "one", ""));

			assertThat(provider.requests().getFirst()).startsWith("POST /v1/messages HTTP/1.1")
				.contains("\"max_tokens\":4096", "anthropic-version: ");
		}
	}

	/** As agents do, whatever model they are pointed at; the provider would refuse it. */
	@Test
	void moreThanTheModelCanAnswerIsAskedForAsWhatItCan() throws Exception {
		try (CaptureServer provider = new CaptureServer("{\"choices\":[]}")) {
			gateway.revealAt("openai", URI.create(provider.url() + "/v1"), Credential.SYSTEM, TestGateway.SYSTEM_KEY);

			gateway.post("/v1/messages", TestGateway.ask(GPT, "one", ",\"max_tokens\":128000"));

			assertThat(provider.requests().getFirst()).contains("\"max_tokens\":16384");
		}
	}

	@Test
	void hintsThatAreLeftOutAreNamed() throws Exception {
		HttpResponse<String> answer = gateway.chat(TestGateway.ask(CLAUDE, "one", ",\"store\":true,\"seed\":7"));

		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.headers().firstValue("x-tallygate-left-out")).contains("store, seed");
	}

	@Test
	void messageStartHasAnEstimateAndOneDeltaTheUsage() throws Exception {
		String body = post(Cross.MESSAGES_ON_GPT, "one two three [[sim: output=9 cached=2]]", true).body();

		List<JsonNode> events = body.lines()
			.filter((line) -> line.startsWith("data: "))
			.map((line) -> JsonMapper.shared().readTree(line.substring(6)))
			.toList();
		JsonNode start = events.getFirst().at("/message/usage");
		assertThat(start.path("input_tokens").asInt()).isPositive();
		assertThat(start.path("output_tokens").asInt()).isZero();
		List<JsonNode> deltas = events.stream()
			.filter((event) -> "message_delta".equals(event.path("type").asString()))
			.toList();
		assertThat(deltas).hasSize(1);
		UsageSettled settled = gateway.calls.theOne();
		JsonNode usage = deltas.getFirst().path("usage");
		assertThat(usage.path("output_tokens").asLong()).isEqualTo(settled.outputTokens());
		assertThat(usage.path("cache_read_input_tokens").asLong()).isEqualTo(2);
		assertThat(usage.path("input_tokens").asLong() + 2).isEqualTo(settled.inputTokens());
	}

	@ParameterizedTest
	@ValueSource(strings = { "usage=each", "usage=on-finish", "usage=none", "usage=zero", "done=no", "events=no",
			"slice", "crlf", "comments", "multiline", "usage=null", "close" })
	void readsTheHabitsOfManyServers(String directives) throws Exception {
		for (Cross cross : Cross.values()) {
			gateway.calls.clear();
			if ("done=no".equals(directives) && cross.model.equals(CLAUDE)) {
				continue;
			}
			HttpResponse<String> answer = post(cross, "one [[sim: output=6 " + directives + "]]", true);

			assertThat(answer.statusCode()).as("%s: %s", cross, answer.body()).isEqualTo(200);
			assertThat(answer.body()).as("%s", cross).contains(cross.end());
			assertThat(gateway.calls.theOne().status()).as("%s", cross).isEqualTo(Status.COMPLETED);
		}
	}

	private static void settledAsBilled(Cross cross, long output, Status status) {
		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.operation()).isEqualTo(cross.operation);
		assertThat(settled.status()).isEqualTo(status);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
		assertThat(settled.outputTokens()).isEqualTo(output);
		assertThat(settled.inputTokens()).isEqualTo(gateway.simulator.bill().billed().getFirst().inputTokens());
	}

	private static String textOf(Cross cross, JsonNode answer) {
		return switch (cross.operation) {
			case CHAT -> answer.at("/choices/0/message/content").asString();
			case MESSAGES -> answer.at("/content/0/text").asString();
			case RESPONSES, EMBEDDINGS -> answer.at("/output/0/content/0/text").asString();
		};
	}

	private static JsonNode json(HttpResponse<String> answer) {
		return JsonMapper.shared().readTree(answer.body());
	}

	private static HttpResponse<String> post(Cross cross, String prompt, boolean stream) throws Exception {
		return gateway.http.send(request(cross, prompt, stream), HttpResponse.BodyHandlers.ofString());
	}

	private static HttpRequest request(Cross cross, String prompt, boolean stream) {
		URI uri = gateway.uri(cross.path);
		return HttpRequest.newBuilder(uri)
			.timeout(Duration.ofSeconds(20))
			.header("Authorization", "Bearer " + TestGateway.TOKEN)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(cross.body(prompt, stream)))
			.build();
	}

	/** What comes until the connection breaks, or ends, in chunks as it came. */
	private static String readAll(Cross cross, String prompt) throws Exception {
		byte[] body = cross.body(prompt, true).getBytes(StandardCharsets.UTF_8);
		String head = "POST " + cross.path + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + TestGateway.TOKEN
				+ "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + body.length
				+ "\r\n\r\n";
		try (Wire wire = Wire.send(gateway, (head + cross.body(prompt, true)).getBytes(StandardCharsets.UTF_8))) {
			return wire.readToEnd();
		}
	}

}
