package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Role;
import dev.tallygate.simulator.BillRow;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Responses and embeddings at a provider that speaks them.
 */
class ResponsesRelayTests {

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	private static final String MADE = CaptureServer.http("200 OK",
			"{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"output\":[],"
					+ "\"usage\":{\"input_tokens\":3,\"output_tokens\":2,\"total_tokens\":5}}");

	@ParameterizedTest
	@ValueSource(strings = { "", ",\"stream\":true" })
	void settlesWithWhatTheProviderBilled(String more) throws Exception {
		HttpResponse<String> answer = respond("one two three [[sim: output=6 reasoning=2 cached=1]]", more);

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.operation()).isEqualTo(Operation.RESPONSES);
		assertThat(settled.status()).isEqualTo(Status.COMPLETED);
		assertThat(settled.inputTokens()).isEqualTo(billed().inputTokens());
		assertThat(settled.cacheReadInputTokens()).isEqualTo(1);
		assertThat(settled.outputTokens()).isEqualTo(billed().outputTokens());
		assertThat(settled.reasoningOutputTokens()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "output=6", "output=6 slice", "output=6 crlf comments", "output=4 multiline" })
	void aStreamIsByteForByteWhatTheProviderSends(String directives) throws Exception {
		String prompt = "same [[sim: " + directives + "]]";

		HttpResponse<String> relayed = respond(prompt, ",\"stream\":true");
		HttpResponse<String> direct = direct(ask("gpt-4o", prompt, ",\"stream\":true"));

		assertThat(normalised(relayed.body())).isEqualTo(normalised(direct.body()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "cut@3", "fin@3", "reset@3", "fin-bytes@40" })
	void aBrokenStreamEndsWithAFailedResponse(String fault) throws Exception {
		HttpResponse<String> answer = respond("one [[sim: output=30 fault=" + fault + "]]", ",\"stream\":true");

		if (answer.statusCode() != 200) {
			assertThat(answer.statusCode()).isEqualTo(502);
			return;
		}
		List<String> events = List.of(answer.body().strip().split("\n\n"));
		JsonNode last = data(events.getLast());
		assertThat(events.getLast()).startsWith("event: response.failed\n");
		assertThat(last.path("response").path("status").stringValue()).isEqualTo("failed");
		assertThat(last.path("response").path("error").path("code").stringValue()).isEqualTo("provider_error");
		assertThat(last.path("response").path("id").stringValue())
			.isEqualTo(data(events.getFirst()).path("response").path("id").stringValue());
		assertThat(last.path("sequence_number").longValue())
			.isEqualTo(data(events.get(events.size() - 2)).path("sequence_number").longValue() + 1);
		assertThat(gateway.calls.theOne().status()).isEqualTo(Status.INTERRUPTED);
	}

	@Test
	void namesTheEventsThatTheProviderDoesNot() throws Exception {
		HttpResponse<String> answer = respond("one [[sim: output=3 events=no]]", ",\"stream\":true");

		for (String event : answer.body().strip().split("\n\n", -1)) {
			assertThat(event).startsWith("event: response.");
		}
	}

	@Test
	void aKeptResponseIsReachedByWhoMadeItOnly() throws Exception {
		String id = json(respond("one [[sim: output=3]]", "")).path("id").stringValue();
		gateway.callers.put("a-stranger", new Caller(new UserId(UuidV7.next()), new ApiKeyId(UuidV7.next()),
				KeyType.DEV, Role.MEMBER, null, null));

		HttpResponse<String> mine = send("GET", "/v1/responses/" + id, TestGateway.TOKEN);
		HttpResponse<String> items = send("GET", "/v1/responses/" + id + "/input_items?limit=5&order=asc",
				TestGateway.TOKEN);
		HttpResponse<String> theirs = send("GET", "/v1/responses/" + id, "a-stranger");
		HttpResponse<String> made = send("GET", "/v1/responses/resp_nobody", TestGateway.TOKEN);
		HttpResponse<String> goesOn = gateway.post("/v1/responses",
				ask("openai:gpt-4o", "two", ",\"previous_response_id\":\"" + id + "\""), "Authorization",
				"Bearer a-stranger");

		assertThat(mine.statusCode()).as(mine.body()).isEqualTo(200);
		assertThat(json(mine).path("id").stringValue()).isEqualTo(id);
		assertThat(items.statusCode()).as(items.body()).isEqualTo(200);
		assertThat(theirs.statusCode()).isEqualTo(404);
		assertThat(theirs.body()).isEqualTo(made.body());
		assertThat(goesOn.statusCode()).isEqualTo(404);
		assertThat(respond("three", ",\"previous_response_id\":\"" + id + "\"").statusCode()).isEqualTo(200);
	}

	@Test
	void aDeletedResponseIsGone() throws Exception {
		String id = json(respond("one [[sim: output=3]]", "")).path("id").stringValue();

		assertThat(send("DELETE", "/v1/responses/" + id, TestGateway.TOKEN).statusCode()).isEqualTo(200);
		assertThat(send("GET", "/v1/responses/" + id, TestGateway.TOKEN).statusCode()).isEqualTo(404);
		assertThat(gateway.simulator.bill().billed()).hasSize(1);
	}

	@Test
	void aStreamedResponseIsKeptToo() throws Exception {
		HttpResponse<String> answer = respond("one [[sim: output=3]]", ",\"stream\":true");
		String id = data(answer.body().split("\n\n", -1)[0]).path("response").path("id").stringValue();

		await().untilAsserted(
				() -> assertThat(send("GET", "/v1/responses/" + id, TestGateway.TOKEN).statusCode()).isEqualTo(200));
	}

	@Test
	void listsTheInputOfAResponse() throws Exception {
		String id = json(respond("one two [[sim: output=3]]", "")).path("id").stringValue();

		HttpResponse<String> items = send("GET", "/v1/responses/" + id + "/input_items?limit=5&order=asc",
				TestGateway.TOKEN);

		assertThat(items.statusCode()).as(items.body()).isEqualTo(200);
		assertThat(json(items).path("object").stringValue()).isEqualTo("list");
		assertThat(json(items).path("data")).hasSize(1);
		for (String include : List.of("include[]=x", "include%5B%5D=x")) {
			assertThat(send("GET", "/v1/responses/" + id + '?' + include, TestGateway.TOKEN).statusCode()).as(include)
				.isEqualTo(200);
		}
		assertThat(items.body()).contains("one two");
		assertThat(send("GET", "/v1/responses/" + id + "/input_items?limit=<5>".replace("<", "%3C").replace(">", "%3E"),
				TestGateway.TOKEN)
			.statusCode()).isEqualTo(400);
		assertThat(gateway.calls.settled()).as("costs nothing").hasSize(1);
	}

	@Test
	void aResponseInTheBackgroundIsChargedWhenItIsMade() throws Exception {
		HttpResponse<String> answer = respond("one two [[sim: output=6 ready=1s]]", ",\"background\":true");

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(json(answer).path("status").stringValue()).isEqualTo("queued");
		assertThat(answer.headers().firstValue("x-tallygate-cost-nanos")).as("nobody knows it yet").isEmpty();
		assertThat(gateway.calls.open()).as("it holds what it may cost").isEqualTo(1);
		await().untilAsserted(() -> assertThat(gateway.calls.settled()).hasSize(1));
		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.COMPLETED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
		assertThat(settled.outputTokens()).isEqualTo(6).isEqualTo(billed().outputTokens());
		HttpResponse<String> made = send("GET", "/v1/responses/" + json(answer).path("id").stringValue(),
				TestGateway.TOKEN);
		assertThat(json(made).path("status").stringValue()).isEqualTo("completed");
	}

	@Test
	void whoMadeAResponseMayCancelIt() throws Exception {
		gateway.callers.put("a-stranger", new Caller(new UserId(UuidV7.next()), new ApiKeyId(UuidV7.next()),
				KeyType.DEV, Role.MEMBER, null, null));
		String id = json(respond("one two three [[sim: ready=60s]]", ",\"background\":true")).path("id").stringValue();
		String path = "/v1/responses/" + id + "/cancel";

		assertThat(send("POST", path, "a-stranger").statusCode()).isEqualTo(404);
		HttpResponse<String> cancelled = send("POST", path, TestGateway.TOKEN);

		assertThat(cancelled.statusCode()).as(cancelled.body()).isEqualTo(200);
		assertThat(json(cancelled).path("status").stringValue()).isEqualTo("cancelled");
		await().untilAsserted(() -> assertThat(gateway.calls.settled()).hasSize(1));
		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.CLIENT_DISCONNECTED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.ESTIMATED);
		assertThat(settled.inputTokens()).isPositive();
		assertThat(settled.outputTokens()).isZero();
	}

	@Test
	void aResponseInTheBackgroundThatIsCutIsCancelledAtItsProvider() throws Exception {
		String id = json(respond("one [[sim: ready=60s]]", ",\"background\":true")).path("id").stringValue();

		gateway.running.cutAll(Errors.STOPPING);

		await().untilAsserted(() -> assertThat(gateway.calls.settled()).hasSize(1));
		HttpResponse<String> seen = send("GET", "/v1/responses/" + id, TestGateway.TOKEN);
		assertThat(json(seen).path("status").stringValue()).isEqualTo("cancelled");
	}

	/** The provider goes on with it and bills it, whoever hears it. */
	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 9999\r\n", "" })
	void aResponseInTheBackgroundWhoseStreamBreaksIsChargedWhenItIsMade(String length) throws Exception {
		try (CaptureServer provider = CaptureServer.answering(begun(length), unfinished(), MADE)) {
			gateway.revealAt("openai", URI.create(provider.url() + "/v1"), Credential.SYSTEM, TestGateway.SYSTEM_KEY);

			RawAnswer answer = RawAnswer.post(gateway, "/v1/responses",
					ask("openai:gpt-4o", "one", ",\"background\":true,\"stream\":true"));

			assertThat(answer.last()).startsWith("event: response.failed\n").contains("provider_error");
			UsageSettled settled = gateway.calls.theOne();
			assertThat(settled.status()).isEqualTo(Status.COMPLETED);
			assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
			assertThat(settled.outputTokens()).isEqualTo(2);
			assertThat(provider.requests()).hasSize(3);
			assertThat(provider.requests().getLast()).startsWith("GET /v1/responses/resp_1 ");
		}
	}

	/** Nobody waits for the end of what is told already. */
	@Test
	void whoseStreamBrokeIsToldSoAndLetGoBeforeTheResponseIsMade() throws Exception {
		try (CaptureServer provider = CaptureServer.answering(begun(""), unfinished())) {
			gateway.revealAt("openai", URI.create(provider.url() + "/v1"), Credential.SYSTEM, TestGateway.SYSTEM_KEY);

			HttpResponse<String> answer = respond("one", ",\"background\":true,\"stream\":true");

			assertThat(answer.body()).contains("event: response.failed\n");
			assertThat(gateway.calls.open()).isEqualTo(1);
			gateway.running.cutAll(Errors.STOPPING);
			assertThat(gateway.calls.theOne().status()).isEqualTo(Status.INTERRUPTED);
		}
	}

	/** What was delivered is charged where nobody tells of the whole. */
	@Test
	void aBrokenStreamOfAResponseThatItsProviderDoesNotKnowIsChargedForWhatCame() throws Exception {
		try (CaptureServer provider = CaptureServer.answering(begun(""), CaptureServer.http("404 Gone", "{}"))) {
			gateway.revealAt("openai", URI.create(provider.url() + "/v1"), Credential.SYSTEM, TestGateway.SYSTEM_KEY);

			RawAnswer.post(gateway, "/v1/responses",
					ask("openai:gpt-4o", "one", ",\"background\":true,\"stream\":true"));

			UsageSettled settled = gateway.calls.theOne();
			assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
			assertThat(settled.usageSource()).isEqualTo(UsageSource.ESTIMATED);
			assertThat(settled.outputTokens()).isPositive();
			assertThat(Objects.requireNonNull(settled.basis()).serviceTier()).isEqualTo("priority");
		}
	}

	@Test
	void aResponseInTheBackgroundThatReachesALimitIsCancelledAtItsProvider() throws Exception {
		gateway.calls.cutAt(1);
		String cancelled = CaptureServer.http("200 OK",
				"{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"cancelled\",\"output\":[],\"usage\":null}");
		try (CaptureServer provider = CaptureServer.answering(begun("Content-Length: 9999\r\n"), cancelled)) {
			gateway.revealAt("openai", URI.create(provider.url() + "/v1"), Credential.SYSTEM, TestGateway.SYSTEM_KEY);

			RawAnswer answer = RawAnswer.post(gateway, "/v1/responses",
					ask("openai:gpt-4o", "one", ",\"background\":true,\"stream\":true"));

			assertThat(answer.last()).startsWith("event: response.failed\n").contains("insufficient_quota");
			UsageSettled settled = gateway.calls.theOne();
			assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
			assertThat(settled.outputTokens()).isPositive();
			assertThat(Objects.requireNonNull(settled.basis()).serviceTier()).isEqualTo("priority");
			assertThat(provider.requests()).hasSize(2);
			assertThat(provider.requests().getLast()).startsWith("POST /v1/responses/resp_1/cancel ");
		}
	}

	/** The beginning of a stream that goes no further. */
	private static String begun(String header) {
		String response = "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"in_progress\","
				+ "\"service_tier\":\"priority\",\"output\":[]}";
		return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n" + header
				+ "\r\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":" + response + "}\n\n"
				+ "data: {\"type\":\"response.output_text.delta\",\"sequence_number\":1,\"delta\":\"It will rain.\"}\n\n";
	}

	private static String unfinished() {
		return CaptureServer.http("200 OK",
				"{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"in_progress\",\"output\":[]}");
	}

	@Test
	void aCancelThatTheProviderRefusesIsToldInItsWords() throws Exception {
		String id = json(respond("one [[sim: output=3]]", "")).path("id").stringValue();

		HttpResponse<String> answer = send("POST", "/v1/responses/" + id + "/cancel", TestGateway.TOKEN);

		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(answer.body()).contains("Cannot cancel a synchronous response.");
	}

	/** Who sends it again pays again. */
	@Test
	void aFailedResponseThatTookTokensIsChargedAndNotAskedForAgain() throws Exception {
		String failed = CaptureServer.http("200 OK",
				"{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"failed\",\"output\":[],"
						+ "\"error\":{\"code\":\"server_error\",\"message\":\"lost its thread\"},"
						+ "\"usage\":{\"input_tokens\":30,\"output_tokens\":20,\"total_tokens\":50}}");
		try (CaptureServer provider = CaptureServer.answering(failed, MADE)) {
			gateway.revealAt("openai", URI.create(provider.url() + "/v1"), Credential.SYSTEM, TestGateway.SYSTEM_KEY);

			HttpResponse<String> answer = respond("one", "");

			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
			assertThat(answer.body()).contains("\"code\":\"provider_error\"", "lost its thread")
				.doesNotContain("Try again");
			assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
			assertThat(provider.requests()).hasSize(1);
			UsageSettled settled = gateway.calls.theOne();
			assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
			assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
			assertThat(settled.inputTokens()).isEqualTo(30);
			assertThat(settled.outputTokens()).isEqualTo(20);
			assertThat(settled.costNanos()).isNotNull();
			assertThat(answer.headers().firstValue("x-tallygate-cost-nanos"))
				.contains(Long.toString(settled.costNanos().value()));
		}
	}

	/** What comes first decides whether anybody is asked again. */
	@Test
	void aStreamThatBeginsWithAFailureThatTookTokensIsChargedAndNotAskedForAgain() throws Exception {
		String failed = streamOf("{\"type\":\"response.failed\",\"sequence_number\":0,\"response\":{\"id\":\"resp_1\","
				+ "\"object\":\"response\",\"status\":\"failed\",\"output\":[],"
				+ "\"error\":{\"code\":\"server_error\",\"message\":\"lost its thread\"},"
				+ "\"usage\":{\"input_tokens\":30,\"output_tokens\":20,\"total_tokens\":50}}}");
		try (CaptureServer provider = CaptureServer.answering(failed, MADE)) {
			gateway.revealAt("openai", URI.create(provider.url() + "/v1"), Credential.SYSTEM, TestGateway.SYSTEM_KEY);

			HttpResponse<String> answer = respond("one", ",\"stream\":true");

			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
			assertThat(answer.body()).contains("\"code\":\"provider_error\"", "lost its thread");
			assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
			assertThat(provider.requests()).hasSize(1);
			UsageSettled settled = gateway.calls.theOne();
			assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
			assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
			assertThat(settled.inputTokens()).isEqualTo(30);
			assertThat(settled.outputTokens()).isEqualTo(20);
			assertThat(settled.costNanos()).isNotNull();
			assertThat(answer.headers().firstValue("x-tallygate-cost-nanos"))
				.contains(Long.toString(settled.costNanos().value()));
		}
	}

	/** It is an answer, be it a short one. */
	@Test
	void aStreamThatBeginsWithItsIncompleteEndIsPassedOnAndCharged() throws Exception {
		String incomplete = streamOf("{\"type\":\"response.incomplete\",\"sequence_number\":0,\"response\":{\"id\":"
				+ "\"resp_1\",\"object\":\"response\",\"status\":\"incomplete\",\"output\":[],\"error\":null,"
				+ "\"usage\":{\"input_tokens\":30,\"output_tokens\":20,\"total_tokens\":50}}}");
		try (CaptureServer provider = CaptureServer.answering(incomplete, MADE)) {
			gateway.revealAt("openai", URI.create(provider.url() + "/v1"), Credential.SYSTEM, TestGateway.SYSTEM_KEY);

			HttpResponse<String> answer = respond("one", ",\"stream\":true");

			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
			assertThat(provider.requests()).hasSize(1);
			assertThat(gateway.calls.theOne().outputTokens()).isEqualTo(20);
		}
	}

	private static String streamOf(String event) {
		return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: " + event + "\n\n";
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "{\"input_tokens\":0,\"output_tokens\":0,\"total_tokens\":0}" })
	void aFailedResponseThatTookNothingIsAskedForAgain(String usage) throws Exception {
		String failed = CaptureServer.http("200 OK", "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"failed\","
				+ "\"output\":[],\"error\":{\"code\":\"server_error\",\"message\":\"busy\"},\"usage\":" + usage + '}');
		try (CaptureServer provider = CaptureServer.answering(failed, MADE)) {
			gateway.revealAt("openai", URI.create(provider.url() + "/v1"), Credential.SYSTEM, TestGateway.SYSTEM_KEY);

			HttpResponse<String> answer = respond("one", "");

			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
			assertThat(provider.requests()).hasSize(2);
			assertThat(gateway.calls.theOne().outputTokens()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",\"stream\":true" })
	void aCallThatGoesOnHoldsWhatItGoesOnFrom(String more) throws Exception {
		String id = made("one [[sim: input=100000 output=30]]", more);

		gateway.calls.admitUpTo(100_025);
		HttpResponse<String> tooDear = respond("two", goingOn(id));
		gateway.calls.admitUpTo(101_000);
		HttpResponse<String> goesOn = respond("two", goingOn(id));

		assertThat(tooDear.statusCode()).as(tooDear.body()).isEqualTo(402);
		assertThat(goesOn.statusCode()).as(goesOn.body()).isEqualTo(200);
		gateway.calls.admitUpTo(100_025);
		assertThat(respond("three", goingOn(json(goesOn).path("id").stringValue())).statusCode()).as("so does the next")
			.isEqualTo(402);
		assertThat(respond("three", "").statusCode()).as("what goes on from nothing").isEqualTo(200);
	}

	@Test
	void aCallThatGoesOnFromABackgroundResponseHoldsIt() throws Exception {
		String id = made("one [[sim: input=100000 output=6 ready=1s]]", ",\"background\":true");
		await().untilAsserted(() -> assertThat(gateway.calls.settled()).hasSize(1));

		gateway.calls.admitUpTo(101_000);
		await().untilAsserted(() -> assertThat(respond("two", goingOn(id)).statusCode()).isEqualTo(200));
		gateway.calls.admitUpTo(100_000);
		assertThat(respond("two", goingOn(id)).statusCode()).isEqualTo(402);
	}

	@ParameterizedTest
	@ValueSource(strings = { ",\"conversation\":\"conv_1\"", ",\"prompt\":{\"id\":\"pmpt_1\"}" })
	void whatTheProviderAloneKnowsMayFillTheWindow(String more) throws Exception {
		gateway.reveal("openai", Credential.USER, TestGateway.SYSTEM_KEY);

		gateway.calls.admitUpTo(127_999);
		assertThat(respond("two", more).statusCode()).isEqualTo(402);
		gateway.calls.admitUpTo(128_100);
		assertThat(respond("two", more).statusCode()).isEqualTo(200);
		assertThat(respond("two", more.replaceAll(":.*", ":null")).statusCode()).isEqualTo(200);
	}

	@Test
	void aResponseOfUnknownSizeMayFillTheWindow() throws Exception {
		String id = made("one [[sim: output=3]]", "");
		gateway.responses.forget(id, TestGateway.USER);
		gateway.responses.keep(id, TestGateway.USER, "openai", "gpt-4o", null);

		gateway.calls.admitUpTo(127_999);
		assertThat(respond("two", goingOn(id)).statusCode()).isEqualTo(402);
	}

	@Test
	void embeddingsArePricedByTheirInput() throws Exception {
		HttpResponse<String> answer = gateway.post("/v1/embeddings",
				"{\"model\":\"openai:gpt-4o\",\"input\":[\"one two\",\"three\"]}");

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(json(answer).path("data")).hasSize(2);
		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.operation()).isEqualTo(Operation.EMBEDDINGS);
		assertThat(settled.inputTokens()).isEqualTo(3);
		assertThat(answer.headers().firstValue("x-tallygate-cost-nanos")).isPresent();
		assertThat(gateway.calls.requests().getFirst().demand().maxOutputTokens()).isZero();
	}

	private static String made(String prompt, String more) throws Exception {
		HttpResponse<String> answer = respond(prompt, more);
		return (more.contains("stream") ? data(answer.body().split("\n\n", -1)[0]).path("response") : json(answer))
			.path("id")
			.stringValue();
	}

	private static String goingOn(String id) {
		return ",\"previous_response_id\":\"" + id + '"';
	}

	private static String ask(String model, String prompt, String more) {
		return "{\"model\":\"" + model + "\",\"input\":\"" + prompt + "\"" + more + "}";
	}

	private static HttpResponse<String> respond(String prompt, String more) throws Exception {
		return gateway.post("/v1/responses", ask("openai:gpt-4o", prompt, more));
	}

	private static HttpResponse<String> send(String method, String path, String token) throws Exception {
		return gateway.http.send(HttpRequest.newBuilder(gateway.uri(path))
			.header("Authorization", "Bearer " + token)
			.method(method, HttpRequest.BodyPublishers.noBody())
			.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static HttpResponse<String> direct(String body) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.simulator.baseUrl("openai") + "/responses"))
			.header("Authorization", "Bearer " + TestGateway.SYSTEM_KEY)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
		return gateway.http.send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static String normalised(String body) {
		return body.replace(": still working\n\n", "")
			.replaceAll("(resp|msg|rs|fc)_[A-Za-z0-9_]+", "$1_0")
			.replaceAll("\"(created_at|completed_at)\":[0-9.]+", "\"$1\":0");
	}

	private static JsonNode data(String event) {
		return JsonMapper.shared().readTree(event.substring(event.indexOf("data: ") + 6));
	}

	private static JsonNode json(HttpResponse<String> answer) {
		return JsonMapper.shared().readTree(answer.body());
	}

	private static BillRow billed() {
		await().untilAsserted(() -> assertThat(gateway.simulator.bill().billed()).hasSize(1));
		return gateway.simulator.bill().billed().getFirst();
	}

}
