package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import dev.tallygate.simulator.BillRow;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Messages to a provider that speaks them.
 */
class MessagesRelayTests {

	private static final String MODEL = "anthropic:claude-sonnet-4";

	private static final String STREAM = ",\"max_tokens\":200,\"stream\":true";

	private static final String PLAIN = ",\"max_tokens\":200";

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	@Test
	void settlesAPlainMessageWithWhatTheProviderBilled() throws Exception {
		HttpResponse<String> answer = messages("one two [[sim: output=7 cached=1 cache-write=1]]", PLAIN);

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.operation()).isEqualTo(Operation.MESSAGES);
		assertThat(settled.status()).isEqualTo(Status.COMPLETED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
		assertThat(settled.inputTokens()).isEqualTo(billed().inputTokens());
		assertThat(settled.cacheReadInputTokens()).isEqualTo(1);
		assertThat(settled.cacheWriteInputTokens()).isEqualTo(1);
		assertThat(settled.outputTokens()).isEqualTo(7).isEqualTo(billed().outputTokens());
		String id = settled.callId().toString();
		assertThat(answer.headers().firstValue("request-id")).contains(id);
		assertThat(answer.headers().firstValue("x-request-id")).contains(id);
		assertThat(answer.headers().firstValue("x-tallygate-cost-nanos")).isPresent();
	}

	@Test
	void mergesWhatAStreamTellsAtItsStartAndAtItsEnd() throws Exception {
		HttpResponse<String> answer = messages("one two three [[sim: output=5 cached=1]]", STREAM);

		assertThat(answer.body()).startsWith("event: message_start\n").contains("event: message_stop\n");
		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.inputTokens()).isEqualTo(billed().inputTokens());
		assertThat(settled.cacheReadInputTokens()).isEqualTo(1);
		assertThat(settled.outputTokens()).isEqualTo(5);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			output=6 | plain
			output=6 thinking=3 tool=get_weather{"city":"Oslo"} | plain
			output=6 | stream
			output=6 slice | stream
			output=6 crlf | stream
			output=6 slice crlf comments | stream
			output=6 multiline | stream
			output=6 thinking=3 tool=get_weather{"city":"Oslo"} | stream
			""")
	void isByteForByteWhatTheProviderSends(String directives, String how) throws Exception {
		String more = ("stream".equals(how) ? STREAM : PLAIN)
				+ ",\"tools\":[{\"name\":\"get_weather\",\"input_schema\":{\"type\":\"object\"}}]";
		String prompt = "same [[sim: " + directives.replace("\"", "\\\"") + "]]";

		HttpResponse<String> relayed = messages(prompt, more);
		HttpResponse<String> direct = direct(TestGateway.ask("claude-sonnet-4", prompt, more));

		assertThat(relayed.statusCode()).as(relayed.body()).isEqualTo(200);
		assertThat(normalised(relayed.body())).isEqualTo(normalised(direct.body()));
	}

	@Test
	void passesVersionAndBetasAndSendsTheKeyAsAnthropicWantsIt() throws Exception {
		try (CaptureServer provider = new CaptureServer("{\"type\":\"message\",\"content\":[]}")) {
			gateway.reveals.put("anthropic", gateway.anthropicAt(provider.url() + "/v1"));

			gateway.post("/v1/messages?beta=true", TestGateway.ask(MODEL, "one", PLAIN), "anthropic-version",
					"2026-10-21", "anthropic-beta", "a-1,b-2", "X-Forwarded-For", "1.2.3.4");

			String sent = provider.requests().getFirst();
			assertThat(sent).startsWith("POST /v1/messages?beta=true HTTP/1.1")
				.contains("anthropic-version: 2026-10-21", "anthropic-beta: a-1,b-2",
						"x-api-key: " + TestGateway.SYSTEM_KEY)
				.doesNotContain("Authorization", TestGateway.TOKEN, "1.2.3.4");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "error@3", "cut@3", "fin@3", "reset@3", "tear@3" })
	void aBrokenStreamEndsWithOneErrorAndInOrder(String fault) throws Exception {
		HttpResponse<String> answer = messages("one [[sim: output=30 fault=" + fault + "]]", STREAM);

		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.body().split("event: error\n", -1)).as(answer.body()).hasSize(2);
		String last = answer.body().strip();
		assertThat(last.substring(last.lastIndexOf("event: "))).startsWith("event: error\n")
			.contains("\"type\":\"error\"");
		assertThat(answer.body()).endsWith("\n\n").doesNotContain("message_stop");
		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
		assertThat(settled.inputTokens()).isEqualTo(billed().inputTokens());
		assertThat(settled.usageSource()).isEqualTo(UsageSource.ESTIMATED);
		assertThat(settled.outputTokens()).as("what was delivered, not the start's place holder")
			.isEqualTo(billed().outputTokens());
	}

	@Test
	void aCallerThatLeavesIsChargedWhatItWasSent() throws Exception {
		try (Wire wire = Wire.post(gateway, "/v1/messages",
				TestGateway.ask(MODEL, "one [[sim: output=500 delay=20ms]]", STREAM))) {
			wire.readEvents(20);
		}

		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.CLIENT_DISCONNECTED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.ESTIMATED);
		assertThat(settled.inputTokens()).isEqualTo(billed().inputTokens());
		assertThat(settled.outputTokens()).isBetween(10L, billed().outputTokens());
	}

	@Test
	void anErrorThatComesFirstIsAStatus() throws Exception {
		HttpResponse<String> answer = messages("one [[sim: output=30 fault=error-first]]", STREAM);

		assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
		assertThat(json(answer).path("type").stringValue()).isEqualTo("error");
		assertThat(gateway.calls.theOne().status()).isEqualTo(Status.FAILED);
		assertThat(gateway.calls.theOne().costNanos()).isEqualTo(dev.tallygate.events.NanoUsd.ZERO);
	}

	@Test
	void namesTheEventsThatTheProviderDoesNot() throws Exception {
		HttpResponse<String> answer = messages("one [[sim: output=3 events=no]]", STREAM);

		for (String event : answer.body().strip().split("\n\n", -1)) {
			assertThat(event).startsWith("event: ");
		}
		assertThat(answer.body()).contains("event: message_start\ndata: ", "event: message_stop\ndata: ");
	}

	@ParameterizedTest
	@CsvSource({ "500,api_error,502", "503,api_error,502", "529,overloaded_error,529", "429,rate_limit_error,429" })
	void onlyAProviderIsOverloaded(int status, String type, int told) throws Exception {
		HttpResponse<String> answer = messages("one [[sim: status=" + status + " body=plain]]", PLAIN);

		assertThat(answer.statusCode()).isEqualTo(told);
		assertThat(json(answer).path("error").path("type").stringValue()).as(answer.body()).isEqualTo(type);
		assertThat(answer.headers().firstValue("x-tallygate-cost-nanos")).contains("0");
		assertThat(answer.headers().firstValue("request-id")).isPresent();
		if (status == 429) {
			assertThat(answer.headers().firstValue("retry-after")).isPresent();
		}
	}

	@Test
	void itsEnvelopeHasTheCodeWhereItsClientsReadIt() throws Exception {
		HttpResponse<String> answer = gateway.post("/v1/messages", TestGateway.ask("nobody:x", "one", PLAIN));

		assertThat(answer.statusCode()).isEqualTo(400);
		JsonNode error = json(answer).path("error");
		assertThat(error.path("code").stringValue()).isEqualTo("unsupported_provider");
		assertThat(error.path("details").path("error_code").stringValue()).isEqualTo("unsupported_provider");
		assertThat(json(answer).path("request_id").stringValue())
			.isEqualTo(answer.headers().firstValue("request-id").orElseThrow());
		assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
	}

	@Test
	void countsTokensWithoutBooks() throws Exception {
		HttpResponse<String> answer = gateway.post("/v1/messages/count_tokens",
				TestGateway.ask(MODEL, "one two three", ""));

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(json(answer).path("input_tokens").intValue()).isEqualTo(3);
		assertThat(answer.headers().firstValue("x-tallygate-model")).contains(MODEL);
		assertThat(gateway.calls.requests()).isEmpty();
		assertThat(gateway.calls.settled()).isEmpty();
	}

	@Test
	void tokensAreCountedForNobodyWithoutAKey() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(gateway.uri("/v1/messages/count_tokens"))
			.POST(HttpRequest.BodyPublishers.ofString("{}"))
			.build();
		HttpResponse<String> answer = gateway.http.send(request, HttpResponse.BodyHandlers.ofString());

		assertThat(answer.statusCode()).isEqualTo(401);
		assertThat(json(answer).path("error").path("type").stringValue()).isEqualTo("authentication_error");
	}

	@Test
	void aSessionOfAnAgentIsAConversation() throws Exception {
		gateway.post("/v1/messages", TestGateway.ask(MODEL, "one", PLAIN), "x-claude-code-session-id", "session-7");

		assertThat(gateway.calls.theOne().conversationId()).isEqualTo("session-7");
	}

	@Test
	void theProvidersLimitsPassOnTheCallersOwnKeyOnly() throws Exception {
		HttpResponse<String> system = messages("one [[sim: output=1 ratelimit]]", PLAIN);
		gateway.reveals.put("anthropic", gateway.anthropic(Credential.USER, "sk-sim-user-canary-9876543210"));
		HttpResponse<String> own = messages("one [[sim: output=1 ratelimit]]", PLAIN);

		assertThat(system.headers().map().keySet()).noneMatch((name) -> name.contains("ratelimit"));
		assertThat(own.headers().map().keySet()).anyMatch((name) -> name.startsWith("anthropic-ratelimit-"));
	}

	private static HttpResponse<String> messages(String prompt, String more) throws Exception {
		return gateway.post("/v1/messages", TestGateway.ask(MODEL, prompt, more));
	}

	private static HttpResponse<String> direct(String body) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.simulator.baseUrl("anthropic") + "/messages"))
			.header("x-api-key", TestGateway.SYSTEM_KEY)
			.header("anthropic-version", "2023-06-01")
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
		return gateway.http.send(request, HttpResponse.BodyHandlers.ofString());
	}

	/** Without what differs from answer to answer. */
	private static String normalised(String body) {
		return body.replace(": still working\n\n", "")
			.replaceAll("(msg|toolu)_[A-Za-z0-9_]+", "$1_0")
			.replaceAll("\"(signature)\":\"[^\"]*\"", "\"$1\":\"\"");
	}

	private static JsonNode json(HttpResponse<String> answer) {
		return JsonMapper.shared().readTree(answer.body());
	}

	private static BillRow billed() {
		await().untilAsserted(() -> assertThat(gateway.simulator.bill().billed()).hasSize(1));
		return gateway.simulator.bill().billed().getFirst();
	}

}
