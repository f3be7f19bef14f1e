package dev.tallygate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.ApiKeyEvent;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.ProviderKeyEvent;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.completion.ServedRoutes;
import dev.tallygate.gateway.http.CallersProtocol;
import dev.tallygate.messaging.BackgroundLoops;
import dev.tallygate.messaging.DatabaseLimits;
import dev.tallygate.messaging.LoopHealth;
import dev.tallygate.messaging.ShownMetrics;
import dev.tallygate.security.caller.AccessMatrix.Access;
import dev.tallygate.security.caller.AccessMatrix;
import dev.tallygate.security.caller.ApiKeyFormat;
import dev.tallygate.simulator.BillRow;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole service as it runs, with a real broker, a real database and the simulator.
 */
class GatewayServiceTests {

	/**
	 * What takes a second at most by contract; how long it takes is measured by
	 * {@code bench/p7.sh}, and a machine that builds beside this is slower.
	 */
	private static final Duration PROMPTLY = Duration.ofSeconds(10);

	static final UserId USER = new UserId(UuidV7.next());

	static final ApiKeyId KEY = new ApiKeyId(UuidV7.next());

	static final String TOKEN = ApiKeyFormat.generate(KeyType.DEV);

	/** A key that ends by itself. */
	static final String BRIEF = ApiKeyFormat.generate(KeyType.DEV);

	@TempDir
	static Path directory;

	static WholeGateway gateway;

	@BeforeAll
	static void start() throws Exception {
		gateway = WholeGateway.start(directory, Map.of());
		gateway.keyService.member(TOKEN, USER, KEY);
		gateway.keyService.memberUntil(BRIEF, USER, new ApiKeyId(UuidV7.next()), Instant.now().plusSeconds(3600));
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void aCallEndsAsOneEventThatEqualsTheBill() throws Exception {
		HttpResponse<String> plain = gateway.post("/v1/chat/completions",
				WholeGateway.ask("gpt-4o", "one two three", ""), TOKEN);
		HttpResponse<String> streamed = gateway.post("/v1/chat/completions",
				WholeGateway.ask("gpt-4o", "four five", ",\"stream\":true"), TOKEN);

		assertThat(plain.statusCode()).as(plain.body()).isEqualTo(200);
		assertThat(streamed.statusCode()).as(streamed.body()).isEqualTo(200);
		for (HttpResponse<String> answer : List.of(plain, streamed)) {
			String callId = answer.headers().firstValue("x-tallygate-call-id").orElseThrow();
			UsageSettled settled = gateway.settledEvent(callId);
			BillRow billed = gateway.simulator.bill().rows((row) -> callId.equals(row.requestId())).getFirst();
			assertThat(settled.inputTokens()).isEqualTo(billed.inputTokens());
			assertThat(settled.outputTokens()).isEqualTo(billed.outputTokens());
			assertThat(settled.priced()).isTrue();
		}
	}

	/** Most clients look at nothing before they have sent all of it. */
	@Test
	void whoIsRefusedWhileItSendsGetsToReadWhy() throws Exception {
		byte[] body = new byte[15 * 1024 * 1024];
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port("local.server.port"))) {
			socket.setSoTimeout(30_000);
			OutputStream out = socket.getOutputStream();
			out.write(("POST /v1/messages HTTP/1.1\r\nHost: gateway\r\nx-api-key: nobody\r\nContent-Length: "
					+ body.length + "\r\n\r\n")
				.getBytes(StandardCharsets.US_ASCII));
			out.write(body);

			assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
				.isEqualTo("HTTP/1.1 401");
		}
	}

	/** Until its connection is used for something else. */
	@Test
	void aCallInPlainFormNeedsNoContainer() throws Exception {
		CallersProtocol protocol = protocol();
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port("local.server.port"))) {
			socket.setSoTimeout(30_000);
			ask(socket, "/v1/nothing");
			int direct = protocol.directConnections();
			ask(socket, "/v1/models/nothing");
			assertThat(protocol.directConnections()).isEqualTo(direct);
			ask(socket, "/api/nothing");
			assertThat(protocol.directConnections()).isEqualTo(direct - 1);
			ask(socket, "/v1/nothing");
		}
	}

	private static CallersProtocol protocol() {
		WebServerApplicationContext context = (WebServerApplicationContext) gateway.context;
		TomcatWebServer server = (TomcatWebServer) Objects.requireNonNull(context.getWebServer());
		return (CallersProtocol) server.getTomcat().getConnector().getProtocolHandler();
	}

	/** Asks for what is not there and reads all of the answer. */
	@ParameterizedTest
	@ValueSource(strings = { "/api/%00", "/api/users/me/agents/%00", "/api/a%zz", "/api/<a>" })
	void tellsOfAPathThatIsNoneWhatIsWrong(String path) throws Exception {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port("local.server.port"))) {
			socket.setSoTimeout(30_000);
			socket.getOutputStream()
				.write(("GET " + path + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.startsWith("HTTP/1.1 400")
				.contains("application/problem+json", "\"title\":\"Bad Request\"", "\"detail\":\"");
		}
	}

	private static void ask(Socket socket, String path) throws IOException {
		socket.getOutputStream()
			.write(("GET " + path + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + TOKEN + "\r\n\r\n")
				.getBytes(StandardCharsets.US_ASCII));
		String head = readTo(socket, "\r\n\r\n");
		assertThat(head).startsWith("HTTP/1.1 404");
		if (head.contains("Transfer-Encoding: chunked")) {
			readTo(socket, "\r\n0\r\n\r\n");
		}
		else {
			int length = Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
			assertThat(socket.getInputStream().readNBytes(length)).hasSize(length);
		}
	}

	private static String readTo(Socket socket, String end) throws IOException {
		StringBuilder read = new StringBuilder();
		while (!read.toString().endsWith(end)) {
			int next = socket.getInputStream().read();
			assertThat(next).as(read.toString()).isNotNegative();
			read.append((char) next);
		}
		return read.toString();
	}

	@Test
	void everyRouteIsAWireOrReachesNoProvider() {
		ServedRoutes.check(gateway.context);
	}

	@Test
	void waitsForItsDatabaseNoLongerThanItSays() throws Exception {
		DatabaseLimits.check(gateway.context.getBean(DataSource.class));
	}

	@Test
	void whatIsShownOfItBeginsAtZeroAndIsExplained() throws Exception {
		ShownMetrics.check("gateway", gateway.context.getEnvironment());
	}

	@Test
	void aThreadThatEndedInSilenceIsSeenFromOutside() throws Exception {
		LoopHealth.check(gateway.context.getBean(BackgroundLoops.class), gateway.context.getEnvironment(),
				"usage-sender", "spool-upkeep", "admission-upkeep", "leases", "recheck-keys", "watch", "key-uses",
				"topic-creation", "read-tallygate.budget-status.v1");
	}

	@Test
	void aKeyIsRefusedUponItsEvent() throws Exception {
		ApiKeyId key = new ApiKeyId(UuidV7.next());
		String token = ApiKeyFormat.generate(KeyType.DEV);
		gateway.keyService.member(token, USER, key);
		assertThat(gateway.post("/v1/chat/completions", WholeGateway.ask("gpt-4o", "one", ""), token).statusCode())
			.isEqualTo(200);

		gateway.keyService.tokens.remove(token);
		gateway.publish(Topics.KEYS, key.toString(), new ApiKeyEvent.Revoked(key, USER, "default", "tg_dev_xxxxx",
				KeyType.DEV, Instant.now(), null, Instant.now(), 2));

		await().atMost(PROMPTLY)
			.until(() -> gateway.post("/v1/chat/completions", WholeGateway.ask("gpt-4o", "one", ""), token)
				.statusCode() == 401);
	}

	@Test
	void aNewProviderKeyIsUsedUponItsEvent() throws Exception {
		gateway.post("/v1/chat/completions", WholeGateway.ask("gpt-4o", "one", ""), TOKEN);
		Map<String, Object> own = new HashMap<>(gateway.keyService.keys.get("openai"));
		own.put("credential", "user");
		own.put("apiKey", "sk-sim-own-key");
		gateway.keyService.keys.put("openai", own);
		gateway.publish(Topics.KEYS, UUID.randomUUID().toString(),
				new ProviderKeyEvent.Saved(UUID.randomUUID(), USER, "openai", 1));

		await().atMost(PROMPTLY)
			.until(() -> gateway.post("/v1/chat/completions", WholeGateway.ask("gpt-4o", "one", ""), TOKEN)
				.headers()
				.firstValue("x-tallygate-credential")
				.orElse("")
				.equals("user"));
	}

	@Test
	void agentsAndSettingsDecideTheModelOfCallsThatNameNone() throws Exception {
		HttpResponse<String> made = gateway.post("/api/users/me/agents",
				"{\"name\":\"writer\",\"preferredModel\":\"openai:gpt-4o\"}", TOKEN);
		assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
		assertThat(gateway.post("/api/users/me/agents", "{\"name\":\"writer\"}", TOKEN).statusCode()).isEqualTo(409);
		assertThat(gateway.post("/api/users/me/agents", "{\"name\":\"no spaces\"}", TOKEN).statusCode()).isEqualTo(400);
		assertThat(gateway.post("/api/users/me/agents", "{\"name\":\"x\",\"unknown\":1}", TOKEN).statusCode())
			.isEqualTo(400);

		String unnamed = "{\"messages\":[{\"role\":\"user\",\"content\":\"one\"}]}";
		assertThat(modelOf(gateway.post("/v1/chat/completions", unnamed, TOKEN))).isEqualTo("openai:gpt-4o-mini");
		assertThat(modelOf(gateway.post("/v1/chat/completions", unnamed, TOKEN, "x-tallygate-agent", "writer")))
			.isEqualTo("openai:gpt-4o");
		HttpResponse<String> set = gateway.send(gateway.request("/api/users/me/settings", TOKEN)
			.method("PATCH", HttpRequest.BodyPublishers.ofString("{\"preferredModel\":\"openai:gpt-4o\"}")));
		assertThat(set.body()).contains("openai:gpt-4o");
		assertThat(modelOf(gateway.post("/v1/chat/completions", unnamed, TOKEN))).isEqualTo("openai:gpt-4o");
		gateway.send(gateway.request("/api/users/me/settings", TOKEN)
			.method("PATCH", HttpRequest.BodyPublishers.ofString("{\"preferredModel\":null}")));
		assertThat(gateway.send(gateway.request("/api/users/me/settings", TOKEN).GET()).body()).contains("null");
		assertThat(gateway.post("/v1/chat/completions", unnamed, TOKEN, "x-tallygate-agent", "nobody").statusCode())
			.isEqualTo(404);

		assertThat(gateway.send(gateway.request("/api/users/me/agents", TOKEN).GET()).body()).contains("writer");
		assertThat(
				gateway.send(gateway.request("/api/users/" + UUID.randomUUID() + "/agents", TOKEN).GET()).statusCode())
			.isEqualTo(404);
		assertThat(gateway
			.send(gateway.request("/api/users/me/agents/writer", TOKEN)
				.method("PATCH", HttpRequest.BodyPublishers.ofString("{\"name\":\"editor\"}")))
			.body()).contains("editor", "openai:gpt-4o");
		assertThat(gateway.send(gateway.request("/api/users/me/agents/editor", TOKEN).DELETE()).statusCode())
			.isEqualTo(204);
		assertThat(gateway.send(gateway.request("/api/users/me/agents/editor", TOKEN).GET()).statusCode())
			.isEqualTo(404);
	}

	@Test
	void aChoiceMadeAtAnotherGatewayReachesCallsWithinASecondOrTwo() throws Exception {
		String unnamed = "{\"messages\":[{\"role\":\"user\",\"content\":\"elsewhere\"}]}";
		assertThat(gateway
			.post("/api/users/me/agents", "{\"name\":\"roamer\",\"preferredModel\":\"openai:gpt-4o\"}", TOKEN)
			.statusCode()).isEqualTo(201);
		assertThat(modelOf(gateway.post("/v1/chat/completions", unnamed, TOKEN, "x-tallygate-agent", "roamer")))
			.isEqualTo("openai:gpt-4o");

		JdbcClient elsewhere = JdbcClient.create(gateway.context.getBean(DataSource.class));
		elsewhere.sql("UPDATE agent SET preferred_model = 'openai:gpt-4o-mini' WHERE name = 'roamer'").update();

		await().atMost(Duration.ofSeconds(4))
			.pollInterval(Duration.ofMillis(300))
			.until(() -> modelOf(gateway.post("/v1/chat/completions", unnamed, TOKEN, "x-tallygate-agent", "roamer"))
				.equals("openai:gpt-4o-mini"));
		elsewhere.sql("DELETE FROM agent WHERE name = 'roamer'").update();
		await().atMost(Duration.ofSeconds(4))
			.pollInterval(Duration.ofMillis(300))
			.until(() -> gateway.post("/v1/chat/completions", unnamed, TOKEN, "x-tallygate-agent", "roamer")
				.statusCode() == 404);
	}

	@Test
	void callsOfAnAgentAskTheDatabaseOnceASecondAndAChangeHereCountsAtOnce() throws Exception {
		String unnamed = "{\"messages\":[{\"role\":\"user\",\"content\":\"often\"}]}";
		gateway.post("/api/users/me/agents", "{\"name\":\"busy\",\"preferredModel\":\"openai:gpt-4o\"}", TOKEN);
		JdbcClient jdbc = JdbcClient.create(gateway.context.getBean(DataSource.class));
		gateway.post("/v1/chat/completions", unnamed, TOKEN, "x-tallygate-agent", "busy");
		jdbc.sql("UPDATE agent SET preferred_model = 'openai:nothing-knows-it' WHERE name = 'busy'").update();
		assertThat(modelOf(gateway.post("/v1/chat/completions", unnamed, TOKEN, "x-tallygate-agent", "busy")))
			.isEqualTo("openai:gpt-4o");

		gateway.send(gateway.request("/api/users/me/agents/busy", TOKEN)
			.method("PATCH", body("{\"preferredModel\":\"openai:gpt-4o-mini\"}")));
		assertThat(modelOf(gateway.post("/v1/chat/completions", unnamed, TOKEN, "x-tallygate-agent", "busy")))
			.isEqualTo("openai:gpt-4o-mini");
		gateway.send(gateway.request("/api/users/me/agents/busy", TOKEN).DELETE());
		assertThat(gateway.post("/v1/chat/completions", unnamed, TOKEN, "x-tallygate-agent", "busy").statusCode())
			.isEqualTo(404);
	}

	@Test
	void tellsWhereACallWithoutAModelGoesAndWhoseChoiceThatIs() throws Exception {
		String path = "/api/users/me/resolution";
		assertThat(gateway.send(gateway.request(path, TOKEN).GET()).body()).contains("\"by\":\"default\"",
				"\"problem\":null");
		gateway.send(gateway.request("/api/users/me/settings", TOKEN)
			.method("PATCH", HttpRequest.BodyPublishers.ofString("{\"preferredModel\":\"nobody:knows\"}")));
		gateway.send(gateway.request("/api/users/me/agents", TOKEN)
			.POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"chooser\",\"preferredModel\":\"gpt-4o\"}")));
		assertThat(gateway.send(gateway.request(path, TOKEN).GET()).body()).isEqualTo(
				"{\"wanted\":\"nobody:knows\",\"by\":\"user\",\"model\":null,\"problem\":\"unsupported_provider\"}");
		assertThat(gateway.send(gateway.request(path + "?agent=chooser", TOKEN).GET()).body())
			.isEqualTo("{\"wanted\":\"gpt-4o\",\"by\":\"agent\",\"model\":\"openai:gpt-4o\",\"problem\":null}");
		assertThat(gateway.send(gateway.request(path + "?agent=nobody", TOKEN).GET()).statusCode()).isEqualTo(404);
		assertThat(gateway.send(gateway.request(path + "?agent=%00", TOKEN).GET()).statusCode()).isEqualTo(404);
		gateway.send(gateway.request("/api/users/me/agents/chooser", TOKEN).DELETE());
		gateway.send(gateway.request("/api/users/me/settings", TOKEN)
			.method("PATCH", HttpRequest.BodyPublishers.ofString("{\"preferredModel\":null}")));
	}

	@Test
	void refusesWhoeverMayNot() {
		new AccessMatrix(gateway.url(), TOKEN, "a-secret-of-the-gateway-for-this-test-only")
			.allow(Access.OWNER, "GET /api/users/{user}/open-calls", "GET /api/users/{user}/settings",
					"GET /api/users/{user}/resolution", "PATCH /api/users/{user}/settings",
					"GET /api/users/{user}/agents", "POST /api/users/{user}/agents",
					"GET /api/users/{user}/agents/{agent}", "PATCH /api/users/{user}/agents/{agent}",
					"DELETE /api/users/{user}/agents/{agent}")
			.allow(Access.ANYONE, "GET /api/prices", "GET /api/prices/{model}", "GET /api/prices/diff",
					"POST /api/allowed-models")
			.refusingChangesBy(BRIEF, "POST /api/allowed-models")
			.verify();
	}

	/** OpenAI is the one provider of this gateway. */
	@Test
	void tellsWhatOfAKeysModelsNothingKnows() throws Exception {
		HttpResponse<String> answer = gateway.post("/api/allowed-models",
				"""
						{"allowedModels": ["gpt-4o", "gpt-9", "openai:gpt-4o-mini", "openai/gpt-4o-mini", "openai:gpt-5x", "gpt-4o*",
						 "gtp-4*", "opnai:gpt-4o", "claude-sonnet-4", "gpt-4o:extended", "ft:gpt-4o-mini-2024-07-18:org::id",
						 "openai:*", "*", "gpt-9"]}""",
				TOKEN);

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(answer.body()).isEqualTo("{\"unknown\":[\"gpt-9\",\"openai:gpt-5x\",\"gtp-4*\",\"opnai:gpt-4o\","
				+ "\"claude-sonnet-4\",\"gpt-4o:extended\"]}");
		assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
		assertThat(gateway.post("/api/allowed-models", "{\"allowedModels\":[]}", TOKEN).body())
			.isEqualTo("{\"unknown\":[]}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"allowedModels\":null}", "{\"allowedModels\":\"gpt-4o\"}",
			"{\"allowedModels\":[\"\"]}", "{\"allowedModels\":[null]}", "{\"allowedModels\":[\" a\"]}",
			"{\"allowedModels\":[\"a\\u0000\"]}", "{\"allowedModels\":[{}]}" })
	void modelsOfAKeyAreNamesAndPatterns(String body) throws Exception {
		HttpResponse<String> answer = gateway.post("/api/allowed-models", body, TOKEN);
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
		assertThat(answer.body()).contains("\"code\":\"invalid_request\"", "'allowedModels'");
	}

	@Test
	void ofAKeysModelsThereAreAHundredAtMost() throws Exception {
		String entry = "\"" + "m".repeat(200) + "\"";
		String most = String.join(",", Collections.nCopies(100, entry));
		assertThat(gateway.post("/api/allowed-models", "{\"allowedModels\":[" + most + "]}", TOKEN).statusCode())
			.isEqualTo(200);
		for (String more : List.of("{\"allowedModels\":[" + most + "," + entry + "]}",
				"{\"allowedModels\":[\"m" + entry.substring(1) + "]}")) {
			assertThat(gateway.post("/api/allowed-models", more, TOKEN).statusCode()).isEqualTo(400);
		}
	}

	@Test
	void everyAuthenticatedAnswerIsForNoCache() throws Exception {
		for (String path : List.of("/api/users/me/settings", "/api/users/me/agents", "/api/users/me/agents/nobody",
				"/api/prices", "/api/prices/gpt-4o", "/v1/models", "/v1/models/gpt-4o", "/v1/models/nothing")) {
			assertThat(gateway.send(gateway.request(path, TOKEN).GET()).headers().firstValue("cache-control")).as(path)
				.contains("no-store");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			POST  | agents   | {"name":"a","colour":1}             | colour
			POST  | agents   | {}                                  | name
			POST  | agents   | {"name":null}                       | name
			POST  | agents   | {"name":"01900000-0000-7000-8000-000000000002"} | name
			POST  | agents   | {"name":"a","preferredModel":""}    | preferredModel
			POST  | agents   | {"name":"a","preferredModel":["x"]} | preferredModel
			POST  | agents   | {"name":"a","preferredModel":"a b"} | preferredModel
			POST  | agents   | null                                |
			POST  | agents   | {"name":                            |
			PATCH | settings | {"preferred":1}                     | preferred
			PATCH | settings | {"preferredModel":""}               | preferredModel
			PATCH | settings | {"preferredModel":{}}               | preferredModel
			PATCH | settings | []                                  |
			PATCH | settings | null                                |
			""")
	void saysWhichFieldIsWrong(String method, String path, String body, @Nullable String field) throws Exception {
		HttpResponse<String> answer = gateway.send(gateway.request("/api/users/me/" + path, TOKEN)
			.method(method, HttpRequest.BodyPublishers.ofString(body)));

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
		assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
		assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
		assertThat(answer.body()).contains("\"code\":\"invalid_request\"", "\"detail\":");
		if (field != null) {
			assertThat(answer.body()).contains('\'' + field + '\'');
		}
	}

	@Test
	void aPreferredModelHasAHundredCharactersAtMost() throws Exception {
		String longest = "m".repeat(100);
		assertThat(patchSettings(longest).statusCode()).isEqualTo(200);
		assertThat(patchSettings(longest + "m").statusCode()).isEqualTo(400);
		assertThat(gateway
			.send(gateway.request("/api/users/me/settings", TOKEN)
				.method("PATCH", HttpRequest.BodyPublishers.ofString("{}")))
			.body()).as("absent stays").contains(longest);
		assertThat(gateway
			.send(gateway.request("/api/users/me/settings", TOKEN)
				.method("PATCH", HttpRequest.BodyPublishers.ofString("{\"preferredModel\":null}")))
			.body()).contains("\"preferredModel\":null");
	}

	private static HttpResponse<String> patchSettings(String model) throws Exception {
		return gateway.send(gateway.request("/api/users/me/settings", TOKEN)
			.method("PATCH", HttpRequest.BodyPublishers.ofString("{\"preferredModel\":\"" + model + "\"}")));
	}

	@Test
	void agentsComeInPagesTheNewestFirst() throws Exception {
		String token = ApiKeyFormat.generate(KeyType.DEV);
		gateway.keyService.member(token, new UserId(UuidV7.next()), new ApiKeyId(UuidV7.next()));
		for (String name : List.of("one", "two", "three")) {
			gateway.post("/api/users/me/agents", "{\"name\":\"" + name + "\"}", token);
		}

		JsonNode first = page(token, "limit=2");
		assertThat(names(first)).containsExactly("three", "two");
		JsonNode last = page(token, "limit=2&cursor=" + first.path("nextCursor").stringValue());
		assertThat(names(last)).containsExactly("one");
		assertThat(last.path("nextCursor").isNull()).isTrue();
		for (String wrong : List.of("limit=0", "limit=501", "limit=x", "cursor=nonsense")) {
			HttpResponse<String> answer = gateway.send(gateway.request("/api/users/me/agents?" + wrong, token).GET());
			assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
			assertThat(answer.body()).contains('\'' + wrong.substring(0, wrong.indexOf('=')) + '\'');
		}
	}

	private static JsonNode page(String token, String query) throws Exception {
		return JsonMapper.shared()
			.readTree(gateway.send(gateway.request("/api/users/me/agents?" + query, token).GET()).body());
	}

	private static List<String> names(JsonNode page) {
		return page.path("data").valueStream().map((agent) -> agent.path("name").stringValue()).toList();
	}

	@Test
	void toAnAdministratorNobodyIsThereEither() throws Exception {
		String admin = admin();
		String nobody = "/api/users/" + UUID.randomUUID();
		List<HttpRequest.Builder> asked = List.of(gateway.request(nobody + "/settings", admin).GET(),
				gateway.request(nobody + "/settings", admin)
					.method("PATCH", body("{\"preferredModel\":\"openai:gpt-4o\"}")),
				gateway.request(nobody + "/settings", admin).method("PATCH", body("{\"colour\":")),
				gateway.request(nobody + "/agents", admin).GET(),
				gateway.request(nobody + "/agents", admin).POST(body("{\"name\":\"ghost\"}")),
				gateway.request(nobody + "/agents?limit=x", admin).GET(),
				gateway.request(nobody + "/agents/ghost", admin).GET(),
				gateway.request(nobody + "/agents/ghost", admin).DELETE(),
				gateway.request(nobody + "/resolution", admin).GET(),
				gateway.request(nobody + "/open-calls", admin).GET());

		List<CompletableFuture<HttpResponse<String>>> answers = asked.stream().map(gateway::sendAsync).toList();
		await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(300)).until(() -> {
			gateway.budgetServiceIsHeard();
			return answers.stream().allMatch(CompletableFuture::isDone);
		});

		HttpResponse<String> others = gateway.send(gateway.request(nobody + "/settings", TOKEN).GET());
		assertThat(others.statusCode()).isEqualTo(404);
		for (CompletableFuture<HttpResponse<String>> each : answers) {
			assertThat(each.get().statusCode()).as(each.get().request().toString()).isEqualTo(404);
			assertThat(each.get().body()).isEqualTo(others.body());
		}
		JdbcClient jdbc = JdbcClient.create(gateway.context.getBean(DataSource.class));
		for (String table : List.of("settings", "agent")) {
			assertThat(jdbc.sql("SELECT count(*) FROM " + table + " WHERE user_id = ?::uuid")
				.param(nobody.substring("/api/users/".length()))
				.query(Long.class)
				.single()).as(table).isZero();
		}
	}

	@Test
	void anAdministratorActsOnWhoeverIsThere() throws Exception {
		String admin = admin();
		UserId somebody = new UserId(UuidV7.next());
		String path = "/api/users/" + somebody;
		CompletableFuture<HttpResponse<String>> early = gateway.sendAsync(gateway.request(path + "/settings", admin)
			.method("PATCH", body("{\"preferredModel\":\"openai:gpt-4o\"}")));
		gateway.publish(Topics.BUDGET_STATUS, somebody.toString(),
				new BudgetStatus(somebody, 1, "UTC", YearMonth.of(2026, 11), Instant.parse("2026-12-01T00:00:00Z"),
						null, null, BudgetStatus.Enforcement.HARD, NanoUsd.ZERO, Instant.parse("2026-11-01T00:00:00Z"),
						Instant.parse("2026-12-01T00:00:00Z"), 1000, 0, NanoUsd.ZERO, Map.of()));

		assertThat(early.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
		assertThat(gateway.post(path + "/agents", "{\"name\":\"writer\"}", admin).statusCode()).isEqualTo(201);
		for (String each : List.of("/settings", "/agents", "/agents/writer", "/resolution", "/open-calls")) {
			assertThat(gateway.send(gateway.request(path + each, admin).GET()).statusCode()).as(each).isEqualTo(200);
		}
	}

	private static String admin() {
		String token = ApiKeyFormat.generate(KeyType.DEV);
		gateway.keyService.admin(token, new UserId(UuidV7.next()), new ApiKeyId(UuidV7.next()));
		return token;
	}

	private static HttpRequest.BodyPublisher body(String json) {
		return HttpRequest.BodyPublishers.ofString(json);
	}

	@Test
	void nothingOutsideTheWiresAnswersWithoutAKey() throws Exception {
		for (String path : List.of("/api/users/me/agents", "/api/prices", "/", "/nothing", "/v1/models", "/v1/x")) {
			assertThat(gateway.send(gateway.request(path, "no-key").GET()).statusCode()).as(path).isEqualTo(401);
		}
	}

	private static String modelOf(HttpResponse<String> answer) {
		return answer.headers().firstValue("x-tallygate-model").orElse(answer.body());
	}

}
