package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.gateway.admission.Refusal;
import dev.tallygate.gateway.completion.relay.CallRoutes;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All that is served under {@code /v1}: whatever calls a model is admitted and settled in
 * the one way there is, and the rest costs nothing. A route that is added is looked at
 * here, or this fails.
 */
class EveryRouteTests {

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	private static final Set<String> FREE = Set.of("ModelRoutes", "CountTokens", "StoredResponses");

	@Test
	void aRouteIsACallOrKnownToCostNothing() {
		assertThat(CallRoutes.operations(gateway.served)).containsExactlyInAnyOrder(Operation.values());
		assertThat(gateway.served).extracting((route) -> route.getClass().getSimpleName())
			.allMatch((route) -> route.equals("CallRoute") || FREE.contains(route));
		assertThat(ServedRoutes.byPath(gateway.served)).as("as in the running service").isEqualTo(ServedRoutes.WIRES);
	}

	@Test
	void whatIsFreeOpensNoCall() throws Exception {
		String made = call(Operation.RESPONSES).body();
		String id = made.substring(made.indexOf("resp_"), made.indexOf('"', made.indexOf("resp_")));
		gateway.calls.clear();

		assertThat(gateway.post("/v1/messages/count_tokens", TestGateway.ask("anthropic:claude-sonnet-4", "one", ""))
			.statusCode()).isEqualTo(200);
		for (String path : List.of("/v1/models", "/v1/models/openai:gpt-4o", "/v1/responses/" + id,
				"/v1/responses/" + id + "/input_items")) {
			assertThat(get(path).statusCode()).as(path).isEqualTo(200);
		}
		assertThat(gateway.post("/v1/responses/" + id + "/cancel", "").statusCode()).as("it is made").isEqualTo(400);
		assertThat(send("DELETE", "/v1/responses/" + id).statusCode()).isEqualTo(200);

		assertThat(gateway.calls.requests()).isEmpty();
		assertThat(gateway.calls.settled()).isEmpty();
		assertThat(gateway.simulator.bill().billed()).as("nor does the provider bill more").hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void everyCallIsAdmittedOnceAndSettledOnce(Operation operation) throws Exception {
		HttpResponse<String> answer = call(operation);

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(gateway.calls.requests()).hasSize(1);
		assertThat(gateway.calls.theOne().operation()).isEqualTo(operation);
		assertThat(gateway.calls.theOne().callId().toString())
			.isEqualTo(answer.headers().firstValue("x-tallygate-call-id").orElseThrow());
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void noCallGetsPastARefusal(Operation operation) throws Exception {
		gateway.calls.refuse(new Refusal.OverLimit(Limit.BUDGET, NanoUsd.ofCents(1), new NanoUsd(9_000_000),
				NanoUsd.ZERO, new NanoUsd(5_000_000), 100L, Instant.parse("2026-12-01T00:00:00Z"), null));

		HttpResponse<String> answer = call(operation);

		assertThat(answer.statusCode()).isEqualTo(402);
		assertThat(answer.body()).contains("budget_exceeded")
			.contains((operation == Operation.MESSAGES) ? "billing_error" : "insufficient_quota");
		assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
		assertThat(answer.headers().firstValue("retry-after")).isEmpty();
		assertThat(gateway.simulator.bill().billed()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "not json", "", "[]", "\"x\"", "{\"stream\":\"true\",\"messages\":[],\"input\":\"x\"}",
			"{\"model\":7,\"messages\":[],\"input\":\"x\"}", "{\"model\":\"a\",\"model\":\"b\",\"messages\":[]}",
			"{\"Model\":\"a\",\"messages\":[],\"input\":\"x\"}", "\uFEFF{}", "{\"messages\":[],\"input\":\"x\"}}" })
	void whatIsNoRequestIsRefusedInTheWiresWords(String body) throws Exception {
		for (String path : taking()) {
			HttpResponse<String> answer = gateway.post(path, body);

			assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(400);
			assertThat(answer.body()).contains("\"code\":\"invalid_request\"");
			assertThat(answer.headers().firstValue("content-type")).contains("application/json");
		}
		assertThat(gateway.calls.requests()).isEmpty();
	}

	@Test
	void aSchemaTenThousandDeepIsRefused() throws Exception {
		String deep = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000);
		for (String path : taking()) {
			HttpResponse<String> answer = gateway.post(path,
					"{\"messages\":[],\"input\":\"x\",\"tools\":[" + deep + "]}");

			assertThat(answer.statusCode()).as("%s", path).isEqualTo(400);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/v1/nothing", "/v1/v1/chat/completions", "/v1/v1/messages", "/v1/messages/batches",
			"/v1/responses/a/b/c", "/v1/%00", "/v1/..%2Fx", "/v1/models%5C" })
	void nothingIsEverToldInHtml(String path) throws Exception {
		HttpResponse<String> answer = get(path);

		assertThat(answer.statusCode()).isBetween(400, 405);
		assertThat(answer.body()).startsWith("{").contains("\"error\"");
		assertThat(answer.body().contains("\"type\":\"error\"")).isEqualTo(path.contains("/v1/messages"));
		if (path.startsWith("/v1/v1/")) {
			assertThat(answer.statusCode()).isEqualTo(404);
			assertThat(answer.body()).contains("without /v1");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/v1//chat/completions", "/v1/chat/completions/", "//v1/messages", "/v1/messages//" })
	void aSlashTooManyIsTold(String path) throws Exception {
		HttpResponse<String> answer = gateway.post(path, "{}");

		assertThat(answer.statusCode()).isEqualTo(404);
		assertThat(answer.body()).contains("a slash too many").contains("\"code\":\"not_found\"");
		assertThat(answer.body().contains("\"type\":\"error\"")).isEqualTo(path.contains("messages"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/messages/count_tokens", "/messages", "/responses/resp_1/input_items", "/models/gpt-4o",
			"/chat/completions" })
	void aBaseWithoutItsVersionIsTold(String path) throws Exception {
		HttpResponse<String> answer = get(path);

		assertThat(answer.statusCode()).isEqualTo(404);
		assertThat(answer.body()).contains("with /v1 at its end");
		assertThat(answer.body().contains("\"type\":\"error\"")).isEqualTo(path.contains("messages"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/v1/chat/completions", "/v1/messages", "/v1/messages/count_tokens", "/v1/models",
			"/v1/responses/resp_1", "/v1/responses/resp_1/cancel" })
	void aMethodThatIsNotTakenHasACodeOfItsOwn(String path) throws Exception {
		HttpResponse<String> answer = send("PUT", path);

		assertThat(answer.statusCode()).isEqualTo(405);
		assertThat(answer.headers().firstValue("allow")).isPresent();
		assertThat(answer.body()).contains("\"code\":\"method_not_allowed\"");
	}

	@Test
	void theHeadersOfWhatCanBeReadCanBeAskedForAlone() throws Exception {
		String made = call(Operation.RESPONSES).body();
		String id = made.substring(made.indexOf("resp_"), made.indexOf('"', made.indexOf("resp_")));
		for (String path : List.of("/v1/models", "/v1/models/openai:gpt-4o", "/v1/responses/" + id,
				"/v1/responses/" + id + "/input_items")) {
			HttpResponse<String> answer = send("HEAD", path);

			assertThat(answer.statusCode()).as(path).isEqualTo(200);
			assertThat(answer.headers().firstValue("content-type")).contains("application/json");
			assertThat(answer.body()).isEmpty();
		}
		assertThat(send("HEAD", "/v1/responses").statusCode()).as("it cannot be read").isEqualTo(405);
		assertThat(send("HEAD", "/v1/models/nobody").statusCode()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/v1/responses/compact", "/v1/responses/input_tokens" })
	void whatIsNotServedBesideResponsesIsNoResponse(String path) throws Exception {
		HttpResponse<String> answer = gateway.post(path, "{\"model\":\"openai:gpt-4o\",\"input\":\"one\"}");

		assertThat(answer.statusCode()).isEqualTo(404);
		assertThat(answer.body()).contains("nothing at this path");
	}

	@Test
	void anEncodedSlashIsASlash() throws Exception {
		HttpResponse<String> answer = get("/v1/models/openai%2Fgpt-4o");

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(answer.body()).contains("openai:gpt-4o");
	}

	@Test
	void aKeyIsHeldToModelsByPattern() throws Exception {
		gateway.callers.put("patterns",
				new dev.tallygate.security.caller.Caller(TestGateway.USER, TestGateway.KEY,
						dev.tallygate.events.KeyType.DEV, dev.tallygate.security.caller.Role.MEMBER,
						Set.of("openai:gpt-4o*"), null));
		List<String> headers = List.of("Authorization", "Bearer patterns");

		assertThat(gateway
			.post("/v1/chat/completions", TestGateway.ask("gpt-4o-mini", "one", ""), headers.toArray(String[]::new))
			.statusCode()).isEqualTo(200);
		assertThat(gateway
			.post("/v1/chat/completions", TestGateway.ask("manus:x", "one", ""), headers.toArray(String[]::new))
			.statusCode()).isEqualTo(403);
	}

	private static HttpResponse<String> get(String path) throws Exception {
		return send("GET", path);
	}

	private static HttpResponse<String> send(String method, String path) throws Exception {
		return gateway.http.send(HttpRequest.newBuilder(gateway.uri(path))
			.method(method, HttpRequest.BodyPublishers.noBody())
			.header("Authorization", "Bearer " + TestGateway.TOKEN)
			.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static HttpResponse<String> call(Operation operation) throws Exception {
		return gateway.post(path(operation), switch (operation) {
			case CHAT -> TestGateway.ask("openai:gpt-4o", "one", "");
			case MESSAGES -> TestGateway.ask("anthropic:claude-sonnet-4", "one", ",\"max_tokens\":50");
			case RESPONSES, EMBEDDINGS -> "{\"model\":\"openai:gpt-4o\",\"input\":\"one\"}";
		});
	}

	/** All paths that take a body. */
	private static List<String> taking() {
		return Stream
			.concat(Stream.of(Operation.values()).map(EveryRouteTests::path), Stream.of("/v1/messages/count_tokens"))
			.toList();
	}

	private static String path(Operation operation) {
		return switch (operation) {
			case CHAT -> "/v1/chat/completions";
			case MESSAGES -> "/v1/messages";
			case RESPONSES -> "/v1/responses";
			case EMBEDDINGS -> "/v1/embeddings";
		};
	}

}
