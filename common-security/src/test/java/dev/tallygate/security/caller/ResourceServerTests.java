package dev.tallygate.security.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.internal.AllowedServices;
import dev.tallygate.security.internal.InternalPort;
import dev.tallygate.security.internal.ServiceCaller;
import dev.tallygate.security.problem.ProblemException;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@ExtendWith(OutputCaptureExtension.class)
class ResourceServerTests {

	private static final HttpClient client = HttpClient.newHttpClient();

	private static FakeKeyService keys = FakeKeyService.start();

	private static ServletWebServerApplicationContext context;

	@BeforeAll
	static void start() {
		context = (ServletWebServerApplicationContext) SpringApplication.run(App.class, "--server.port=0",
				"--tallygate.internal.port=0", "--tallygate.keys.internal-url=" + keys.url(),
				"--tallygate.service.name=metering",
				"--tallygate.service.secret.metering=" + FakeKeyService.SERVICE_SECRET,
				"--tallygate.service.secret.gateway=the-gateways-secret-for-tests-0123456789",
				"--tallygate.security.ignored-paths=/v1/**");
	}

	@AfterAll
	static void stop() {
		context.close();
		keys.close();
	}

	@Test
	void answersEveryBadKeyWithOneConstantBody() throws Exception {
		String revoked = keys.member();
		keys.revoke(revoked);
		HttpResponse<String> none = get("/api/users/me/thing", null);
		assertThat(none.statusCode()).isEqualTo(401);
		assertThat(none.headers().firstValue("Content-Type")).contains("application/problem+json");
		for (String key : List.of(revoked, "nonsense", "tg_dev_nonsense", revoked + "x", "")) {
			HttpResponse<String> bad = get("/api/users/me/thing", "Bearer " + key);
			assertThat(bad.statusCode()).isEqualTo(401);
			assertThat(bad.body()).isEqualTo(none.body());
		}
	}

	@Test
	void answersWithoutCaching() throws Exception {
		assertThat(get("/api/users/me/thing", "Bearer " + keys.member()).headers().allValues("Cache-Control"))
			.containsExactly("no-store");
		assertThat(get("/api/users/me/thing", null).headers().allValues("Cache-Control")).containsExactly("no-store");
	}

	@Test
	void knowsMeAndMyId() throws Exception {
		UserId user = new UserId(UuidV7.next());
		String key = keys.issue(user, Role.MEMBER);
		assertThat(get("/api/users/me/thing", "Bearer " + key).body()).contains(user.toString());
		assertThat(get("/api/users/" + user + "/thing", "Bearer " + key).body()).contains(user.toString());
	}

	@Test
	void answersAnotherUsersIdAsIfItDidNotExistBeforeLookingAtTheBody() throws Exception {
		String key = keys.member();
		UserId other = new UserId(UuidV7.next());
		HttpResponse<String> foreign = get("/api/users/" + other + "/thing", "Bearer " + key);
		HttpResponse<String> absent = get("/api/users/nobody/thing", "Bearer " + key);
		HttpResponse<String> nowhere = get("/api/nothing", "Bearer " + key);
		HttpResponse<String> badBody = put("/api/users/" + other + "/thing", "{nonsense", key);
		assertThat(List.of(foreign.statusCode(), absent.statusCode(), nowhere.statusCode(), badBody.statusCode()))
			.containsOnly(404);
		assertThat(List.of(foreign.body(), absent.body(), nowhere.body(), badBody.body())).containsOnly(foreign.body());
	}

	@Test
	void letsAnAdministratorActOnAnyone() throws Exception {
		UserId other = new UserId(UuidV7.next());
		assertThat(get("/api/users/" + other + "/thing", "Bearer " + keys.admin()).statusCode()).isEqualTo(200);
	}

	@Test
	void refusesMembersWhatIsForAdministratorsBeforeLookingAtTheBody() throws Exception {
		assertThat(put("/api/admin-things", "{nonsense", keys.member()).statusCode()).isEqualTo(403);
		assertThat(put("/api/admin-things", "{nonsense", keys.admin()).statusCode()).isEqualTo(400);
	}

	@Test
	void letsARestrictedKeyReadAndChangeNothing() throws Exception {
		UserId user = new UserId(UuidV7.next());
		ApiKeyId id = new ApiKeyId(UuidV7.next());
		Instant end = Instant.now().plusSeconds(600);
		for (Caller restricted : List.of(new Caller(user, id, KeyType.DEV, Role.ADMIN, Set.of("openai:*"), null),
				new Caller(user, id, KeyType.DEV, Role.ADMIN, null, end))) {
			String key = ApiKeyFormat.generate(KeyType.DEV);
			keys.put(key, restricted);
			assertThat(get("/api/users/me/thing", "Bearer " + key).statusCode()).isEqualTo(200);
			for (String path : List.of("/api/users/me/thing", "/api/admin-things")) {
				HttpResponse<String> refused = put(path, "{nonsense", key);
				assertThat(refused.statusCode()).as("%s by %s", path, restricted).isEqualTo(403);
				assertThat(refused.body()).contains("\"code\":\"key_restricted\"", "use a key without restrictions");
			}
			assertThat(put("/api/users/me/limits", "{\"name\":\"a\",\"size\":1}", key).statusCode()).isEqualTo(200);
		}
	}

	@Test
	void takesAPersonWithATokenThatEndsForNoRestrictedKey() throws Exception {
		String token = ApiKeyFormat.generate(KeyType.DEV);
		keys.put(token,
				new Caller(new UserId(UuidV7.next()), null, null, Role.MEMBER, null, Instant.now().plusSeconds(600)));
		assertThat(put("/api/users/me/thing", "{\"name\":\"a\",\"size\":1}", token).statusCode()).isEqualTo(200);
	}

	@Test
	void namesAnUnknownField() throws Exception {
		HttpResponse<String> answer = put("/api/users/me/thing", "{\"name\":\"a\",\"nmae\":1,\"size\":1}",
				keys.member());
		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(answer.body()).contains("'nmae'").contains("\"code\":\"invalid_request\"");
	}

	@Test
	void namesTheFieldOfAWrongTypeButNotItsValue() throws Exception {
		for (String value : List.of("\"sk-SECRETSECRET\"", "1.5", "{\"sk-SECRETSECRET\":1}", "null",
				"99999999999999")) {
			HttpResponse<String> answer = put("/api/users/me/thing", "{\"name\":\"a\",\"size\":" + value + "}",
					keys.member());
			assertThat(answer.statusCode()).as(value).isEqualTo(400);
			assertThat(answer.body()).contains("size").doesNotContain("SECR");
		}
		for (String value : List.of("7", "1.5", "true", "[]", "{}")) {
			HttpResponse<String> answer = put("/api/users/me/thing", "{\"size\":1,\"name\":" + value + "}",
					keys.member());
			assertThat(answer.statusCode()).as(value).isEqualTo(400);
			assertThat(answer.body()).contains("'name'");
		}
	}

	@Test
	void refusesDuplicateFieldsTrailingTokensAndTooMuch() throws Exception {
		String key = keys.member();
		assertThat(put("/api/users/me/thing", "{\"name\":\"a\",\"name\":\"b\",\"size\":1}", key).statusCode())
			.isEqualTo(400);
		assertThat(put("/api/users/me/thing", "{\"name\":\"a\",\"size\":1} {}", key).statusCode()).isEqualTo(400);
		assertThat(put("/api/users/me/thing", "[".repeat(100_000), key).statusCode()).isIn(400, 413);
		assertThat(
				put("/api/users/me/thing", "{\"name\":\"" + "a".repeat(300_000) + "\",\"size\":1}", key).statusCode())
			.isEqualTo(413);
	}

	@Test
	void answersAStatedProblemAndHidesAnUnexpectedOne() throws Exception {
		HttpResponse<String> stated = get("/api/fail?how=stated", "Bearer " + keys.member());
		assertThat(stated.statusCode()).isEqualTo(409);
		assertThat(stated.body()).contains("name_taken");
		HttpResponse<String> unexpected = get("/api/fail?how=unexpected", "Bearer " + keys.member());
		assertThat(unexpected.statusCode()).isEqualTo(500);
		assertThat(unexpected.body()).contains("internal_error").doesNotContain("SECRET");
		assertThat(get("/api/fail", "Bearer " + keys.member()).body()).contains("'how'");
	}

	@Test
	void asksToTryAgainWhenTheDatabaseIsAway() throws Exception {
		for (String how : List.of("database", "away")) {
			HttpResponse<String> answer = get("/api/fail?how=" + how, "Bearer " + keys.member());
			assertThat(answer.statusCode()).isEqualTo(503);
			assertThat(answer.headers().firstValue("Retry-After")).isPresent();
			assertThat(answer.body()).contains("\"code\":\"unavailable\"").doesNotContain("SECRET");
		}
		assertThat(get("/api/fail?how=limit", "Bearer " + keys.member()).statusCode()).isEqualTo(500);
	}

	@Test
	void breaksOffAnAnswerThatFailsWhenAPartOfItIsOut(CapturedOutput log) throws Exception {
		try (Socket socket = asking("/api/long?lines=1000")) {
			String answer = new String(readAll(socket), StandardCharsets.US_ASCII);
			assertThat(answer).startsWith("HTTP/1.1 200").contains("a line of many").doesNotContain("internal_error");
			assertThat(answer).as("the chunk that ends an answer").doesNotContain("\r\n0\r\n");
		}
		Awaitility.await().until(() -> log.getAll().contains("in the middle of an answer"));
		assertThat(log).doesNotContain("SECRET");
	}

	@Test
	void takesAReaderWhoLeavesForNoFailure(CapturedOutput log) throws Exception {
		int ended = Ends.count.get();
		try (Socket socket = asking("/api/long?lines=" + Integer.MAX_VALUE)) {
			assertThat(socket.getInputStream().readNBytes(1000)).hasSize(1000);
			socket.setSoLinger(true, 0);
		}
		Awaitility.await().until(() -> Ends.count.get() > ended);
		assertThat(log.getAll()).doesNotContain("unexpected", "ERROR", "Exception");
	}

	private static Socket asking(String path) throws IOException {
		Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), port());
		socket.getOutputStream()
			.write(("GET " + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + keys.member() + "\r\n\r\n")
				.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	/** All that comes before the connection ends, in whatever way. */
	private static byte[] readAll(Socket socket) {
		ByteArrayOutputStream read = new ByteArrayOutputStream();
		try {
			socket.getInputStream().transferTo(read);
		}
		catch (IOException ex) {
			// it broke
		}
		return read.toByteArray();
	}

	@Test
	void namesAnUnknownFieldWhateverItLooksLike() throws Exception {
		for (String name : List.of("x1y2", "max-size", "2nd", "a".repeat(150), "with space", "ümlaut")) {
			HttpResponse<String> answer = put("/api/users/me/thing", "{\"name\":\"a\",\"size\":1,\"" + name + "\":1}",
					keys.member());
			assertThat(answer.statusCode()).isEqualTo(400);
			assertThat(answer.body()).contains("'" + name + "'");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "=nothing", "how=%C3" })
	void refusesAQueryThatCannotBeDecoded(String query) throws Exception {
		HttpResponse<String> answer = get("/api/fail?" + query, "Bearer " + keys.member());
		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(answer.body()).contains("invalid_request");
	}

	@Test
	void answersWrongMethodsAndMediaTypesAsProblems() throws Exception {
		String key = "Bearer " + keys.member();
		HttpResponse<String> method = send(request(port(), "/api/users/me/thing", key).DELETE());
		assertThat(method.statusCode()).isEqualTo(405);
		assertThat(method.body()).contains("method_not_allowed");
		HttpResponse<String> media = send(
				request(port(), "/api/users/me/thing", key).header("Content-Type", "text/plain")
					.PUT(HttpRequest.BodyPublishers.ofString("x")));
		assertThat(media.statusCode()).isEqualTo(415);
		assertThat(media.body()).contains("unsupported_media_type");
	}

	@Test
	void refusesAListWithNothingAtAPlace() throws Exception {
		for (String[] each : new String[][] { { "names", "[null]", "400" }, { "names", "[\"a\",null]", "400" },
				{ "things", "[null]", "400" }, { "names", "null", "200" }, { "names", "[]", "200" },
				{ "names", "[\"a\"]", "200" }, { "more", "{\"a\":null}", "200" } }) {
			String body = "{\"" + each[0] + "\":" + each[1] + "}";
			HttpResponse<String> answer = send(
					request(port(), "/api/lists", "Bearer " + keys.member()).header("Content-Type", "application/json")
						.POST(HttpRequest.BodyPublishers.ofString(body)));
			assertThat(answer.statusCode()).as("%s: %s", body, answer.body()).isEqualTo(Integer.parseInt(each[2]));
			if (each[2].equals("400")) {
				assertThat(answer.body()).contains("\"field\":\"" + each[0] + "\"", "invalid_request");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "*/*", "application/*", "text/*", "application/*+json", "multipart/form-data",
			"multipart/form-data; boundary=", "multipart/mixed", "multipart/*", "nonsense", "/", "application/",
			"application/json; charset=nonsense", "application/json; charset=\"", "text/html;", "" })
	void answersABodyOfNoMediaTypeThatIsReadAsAProblem(String type) throws Exception {
		for (String path : List.of("/api/users/me/thing", "/api/things/1")) {
			HttpResponse<String> answer = send(request(port(), path, "Bearer " + keys.member())
				.header("Content-Type", type)
				.method(path.endsWith("1") ? "POST" : "PUT", HttpRequest.BodyPublishers.ofString("{\"name\":\"a\"}")));
			assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isIn(200, 400, 415);
			if (path.endsWith("thing")) {
				assertThat(answer.statusCode()).as(answer.body()).isEqualTo(415);
				assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
				assertThat(answer.body()).contains("\"code\":\"unsupported_media_type\"");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/%00", "/api/users/%00/thing", "/api/a%zz", "/api/%", "/api/<a>", "/api/{a}",
			"/api/a\\b", "/api/\u00e4", "/api/a|b", "/api/a%2fb", "/api/a%5cb", "/api/a;b=c", "/api/%0a", "api/a",
			"/api/a?\"", "/internal/%00", "http://[/api" })
	void answersAPathThatIsNoneAsAProblem(String path) throws Exception {
		for (int port : List.of(port(), internalPort())) {
			try (Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
				socket.getOutputStream()
					.write(("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
						.getBytes(StandardCharsets.UTF_8));
				String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
				assertThat(answer).as(path).startsWith("HTTP/1.1 4").doesNotContain("<html", "<!doctype");
				assertThat(answer).as(path)
					.contains("application/problem+json", "\"code\":\"", "\"detail\":\"", "\"title\":\"");
			}
		}
	}

	@Test
	void answersWhatTheFirewallRejectsAsAProblem() throws Exception {
		try (Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), port())) {
			socket.getOutputStream()
				.write("GET //api/users/me/thing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
					.getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
			assertThat(answer).startsWith("HTTP/1.1 400").contains("invalid_request");
		}
	}

	@Test
	void says503WhenNobodyCanTellAndServesFromTheCacheMeanwhile() throws Exception {
		String cached = keys.member();
		String fresh = keys.member();
		assertThat(get("/api/users/me/thing", "Bearer " + cached).statusCode()).isEqualTo(200);
		keys.down(true);
		try {
			assertThat(get("/api/users/me/thing", "Bearer " + cached).statusCode()).isEqualTo(200);
			HttpResponse<String> answer = get("/api/users/me/thing", "Bearer " + fresh);
			assertThat(answer.statusCode()).isEqualTo(503);
			assertThat(answer.body()).contains("key_service_unavailable");
			assertThat(answer.headers().firstValue("Retry-After")).isPresent();
		}
		finally {
			keys.down(false);
		}
	}

	@Test
	void leavesIgnoredPathsAlone() throws Exception {
		assertThat(get("/v1/free", null).statusCode()).isEqualTo(200);
	}

	@Test
	void keepsInternalPathsAndTheirPortToEachOther() throws Exception {
		String gateway = basic("gateway", "the-gateways-secret-for-tests-0123456789");
		assertThat(send(request(internalPort(), "/internal/thing", gateway).GET()).statusCode()).isEqualTo(200);
		assertThat(send(request(port(), "/internal/thing", gateway).GET()).statusCode()).isEqualTo(404);
		assertThat(send(request(internalPort(), "/api/users/me/thing", "Bearer " + keys.member()).GET()).statusCode())
			.isEqualTo(404);
		assertThat(send(request(internalPort(), "/v1/free", gateway).GET()).statusCode()).isEqualTo(404);
	}

	@Test
	void refusesEveryoneButTheAllowedServiceOnTheInternalPort() throws Exception {
		assertThat(send(request(internalPort(), "/internal/thing", null).GET()).statusCode()).isEqualTo(401);
		assertThat(send(request(internalPort(), "/internal/thing", basic("gateway", "x")).GET()).statusCode())
			.isEqualTo(401);
		assertThat(send(request(internalPort(), "/internal/thing", basic("nobody", "x".repeat(32))).GET()).statusCode())
			.isEqualTo(401);
		assertThat(send(request(internalPort(), "/internal/thing", "Bearer " + keys.admin()).GET()).statusCode())
			.isEqualTo(403);
		assertThat(
				send(request(internalPort(), "/internal/thing", basic("metering", FakeKeyService.SERVICE_SECRET)).GET())
					.statusCode())
			.isEqualTo(403);
	}

	/** Its environment is one of the first release, which gave it others' secrets. */
	@Test
	void takesAProofAlthoughItKnowsOthersSecrets() throws Exception {
		keys.service("gateway", "the-gateways-secret-for-tests-0123456789");
		String proof = keys.authorization("gateway", "metering");
		String elsewhere = keys.authorization("gateway", "budget");
		assertThat(send(request(internalPort(), "/internal/thing", proof).GET()).statusCode()).isEqualTo(200);
		assertThat(send(request(internalPort(), "/internal/thing", elsewhere).GET()).statusCode()).isEqualTo(401);
	}

	@Test
	void answersNobodyAtAnInternalHandlerThatNamesNoService() throws Exception {
		String gateway = basic("gateway", "the-gateways-secret-for-tests-0123456789");
		assertThat(send(request(internalPort(), "/internal/forgotten", gateway).GET()).statusCode()).isEqualTo(403);
	}

	private static String basic(String user, String secret) {
		return "Basic " + Base64.getEncoder().encodeToString((user + ":" + secret).getBytes(StandardCharsets.UTF_8));
	}

	private static int port() {
		return java.util.Objects.requireNonNull(context.getWebServer()).getPort();
	}

	private static int internalPort() {
		return context.getBean(InternalPort.class).number();
	}

	private static HttpResponse<String> get(String path, @Nullable String authorization)
			throws IOException, InterruptedException {
		return send(request(port(), path, authorization).GET());
	}

	private static HttpResponse<String> put(String path, String body, String key)
			throws IOException, InterruptedException {
		return send(request(port(), path, "Bearer " + key).header("Content-Type", "application/json")
			.PUT(HttpRequest.BodyPublishers.ofString(body)));
	}

	private static HttpRequest.Builder request(int port, String path, @Nullable String authorization) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
		return (authorization != null) ? request.header("Authorization", authorization) : request;
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
		return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Handlers.class, Ends.class })
	static class App {

	}

	/** Counts requests that are dealt with, the container's part as well. */
	static class Ends implements ServletRequestListener {

		static final AtomicInteger count = new AtomicInteger();

		@Override
		public void requestDestroyed(ServletRequestEvent event) {
			count.incrementAndGet();
		}

	}

	record Thing(String name, int size) {

	}

	record Things(@Nullable List<String> names, @Nullable Set<Thing> things, @Nullable Map<String, String> more) {

	}

	@RestController
	static class Handlers {

		@GetMapping("/api/users/{user}/thing")
		Map<String, String> mine(@PathUser UserId user, Caller caller) {
			return Map.of("user", user.toString(), "caller", caller.userId().toString());
		}

		@PutMapping("/api/users/{user}/thing")
		Thing change(@PathUser UserId user, @RequestBody Thing thing) {
			return thing;
		}

		@RestrictedKeysToo
		@PutMapping("/api/users/{user}/limits")
		Thing limits(@PathUser UserId user, @RequestBody Thing thing) {
			return thing;
		}

		@AdminOnly
		@PutMapping("/api/admin-things")
		Thing admin(@RequestBody Thing thing) {
			return thing;
		}

		@GetMapping("/api/fail")
		String fail(@RequestParam String how) {
			if (how.equals("stated")) {
				throw new ProblemException(HttpStatus.CONFLICT, "name_taken", "Choose another name.");
			}
			if (how.equals("database")) {
				throw new CannotCreateTransactionException("SECRET");
			}
			if (how.equals("away")) {
				throw new DataAccessResourceFailureException("SECRET");
			}
			if (how.equals("limit")) {
				throw new DataAccessResourceFailureException("SECRET", new SQLException("SECRET", "54000"));
			}
			throw new IllegalStateException("SECRET");
		}

		@GetMapping("/api/long")
		void longAnswer(@RequestParam int lines, HttpServletResponse response) throws IOException {
			for (int i = 0; i < lines; i++) {
				response.getOutputStream().write("a line of many\n".getBytes(StandardCharsets.US_ASCII));
			}
			throw new IllegalStateException("SECRET");
		}

		@GetMapping("/v1/free")
		String free() {
			return "free";
		}

		@AllowedServices("gateway")
		@GetMapping("/internal/thing")
		String internal(ServiceCaller service) {
			return service.name();
		}

		@GetMapping("/internal/forgotten")
		String forgotten() {
			return "forgotten";
		}

		@PostMapping("/api/lists")
		List<Integer> lengths(@RequestBody Things body) {
			return (body.names() != null) ? body.names().stream().map(String::length).toList() : List.of();
		}

		@PostMapping("/api/things/{id}")
		String typed(@PathVariable int id) {
			return String.valueOf(id);
		}

	}

}
