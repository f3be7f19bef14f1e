package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.keys.KeyService.Answer;
import dev.tallygate.keys.KeyService.Person;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Accounts connected at a real authorization server, and by the exchange of a code for a
 * key.
 */
class ConnectTests {

	private static final String SYSTEM_KEY = "acme-system-key-0123456789abcdef";

	private static final String PATH = "/api/users/me/provider-keys/acme";

	private static AuthorizationServer server = AuthorizationServer.start(Duration.ofMinutes(30));

	private static AuthorizationServer brief = AuthorizationServer.start(Duration.ofSeconds(8));

	private static FakeProvider router = FakeProvider.start();

	private static KeyService keys = KeyService.start(arguments());

	private final Person person = keys.member();

	private static String[] arguments() {
		List<String> arguments = new ArrayList<>();
		for (Map.Entry<String, AuthorizationServer> each : Map.of("acme", server, "brief", brief).entrySet()) {
			String prefix = "tallygate.providers." + each.getKey() + ".";
			String url = each.getValue().url();
			arguments.addAll(List.of(prefix + "base-url=https://api.acme.example/v1",
					prefix + "oauth.authorization-uri=" + url + "/oauth2/authorize",
					prefix + "oauth.token-uri=" + url + "/oauth2/token",
					prefix + "oauth.revocation-uri=" + url + "/oauth2/revoke",
					prefix + "oauth.redirect-uri=" + AuthorizationServer.REDIRECT,
					prefix + "oauth.client-secret=" + AuthorizationServer.CLIENT_SECRET,
					prefix + "oauth.scopes=models.use"));
		}
		arguments.addAll(List.of("ACME_API_KEY=" + SYSTEM_KEY,
				"tallygate.providers.router.base-url=https://router.example/api/v1",
				"tallygate.providers.router.oauth.kind=exchange",
				"tallygate.providers.router.oauth.authorization-uri=https://router.example/auth",
				"tallygate.providers.router.oauth.token-uri=" + router.baseUrl() + "/auth/keys",
				"tallygate.providers.router.oauth.redirect-uri=" + AuthorizationServer.REDIRECT,
				"tallygate.connect.refresh-ahead=6s", "tallygate.connect.refresh-interval=200ms"));
		return arguments.toArray(String[]::new);
	}

	@AfterAll
	static void stop() {
		keys.close();
		server.close();
		brief.close();
		router.close();
	}

	@Test
	void connectsAnAccountByCodeWithPkceAndSealsItsTokens() {
		Answer saved = connect(this.person, "acme");
		assertThat(saved.status()).as(saved.body()).isEqualTo(200);
		assertThat(saved.json().get("isValid").asBoolean()).isTrue();
		JsonNode status = keys.get(PATH, this.person.key()).json();
		assertThat(status.get("connection").asString()).isEqualTo("connected");
		JsonNode release = keys.reveal(this.person.key(), "acme").json();
		assertThat(release.get("credential").asString()).isEqualTo("user");
		String token = release.get("apiKey").asString();
		assertThat(server.isGood(token)).isTrue();
		assertThat(release.get("baseUrl").asString()).isEqualTo("https://api.acme.example/v1");
		assertThat(saved.body()).doesNotContain(token);
		assertThat(Dump.of(keys.database())).doesNotContain(token);
		assertThat(keys.get("/api/users/me/audit?limit=2", this.person.key())
			.json()
			.get("data")
			.findValuesAsString("action")).containsExactly("provider-key.revealed", "provider-key.connected");
		JsonNode shown = keys.get("/api/providers", this.person.key()).json();
		assertThat(shown.valueStream().filter((each) -> each.get("name").asString().equals("acme")))
			.allSatisfy((each) -> assertThat(each.get("connectable").asBoolean()).isTrue());
		assertThat(shown.get(0).get("connectable").asBoolean()).isFalse();
	}

	@Test
	void refreshesTokensAheadOfTheirEnd() {
		connect(this.person, "brief");
		JsonNode first = keys.reveal(this.person.key(), "brief").json();
		assertThat(first.get("expiresInSeconds").asInt()).isLessThanOrEqualTo(8);
		await().untilAsserted(() -> {
			JsonNode later = keys.reveal(this.person.key(), "brief").json();
			assertThat(later.get("version").asInt()).isGreaterThan(first.get("version").asInt());
			assertThat(brief.isGood(later.get("apiKey").asString())).isTrue();
			assertThat(later.get("apiKey")).isNotEqualTo(first.get("apiKey"));
		});
	}

	@Test
	void refreshesOnceHoweverManyReportTheSameTokens() throws Exception {
		connect(this.person, "acme");
		JsonNode release = keys.reveal(this.person.key(), "acme").json();
		List<Callable<Answer>> reports = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			reports.add(() -> report(release));
		}
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			for (Future<Answer> report : executor.invokeAll(reports)) {
				assertThat(report.get().status()).isEqualTo(204);
			}
		}
		JsonNode next = keys.reveal(this.person.key(), "acme").json();
		assertThat(next.get("version").asInt()).isEqualTo(release.get("version").asInt() + 1);
		assertThat(server.isGood(next.get("apiKey").asString())).isTrue();
	}

	@Test
	void asksToConnectAgainAndFallsBackWhenTokensAreRefreshedNoMore() {
		connect(this.person, "acme");
		JsonNode release = keys.reveal(this.person.key(), "acme").json();
		server.forget(release.get("apiKey").asString());
		report(release);
		JsonNode status = keys.get(PATH, this.person.key()).json();
		assertThat(status.get("connection").asString()).isEqualTo("connect_again");
		assertThat(status.get("isValid").asBoolean()).isFalse();
		JsonNode fallback = keys.reveal(this.person.key(), "acme").json();
		assertThat(fallback.get("credential").asString()).isEqualTo("system");
		assertThat(fallback.get("apiKey").asString()).isEqualTo(SYSTEM_KEY);
		assertThat(connect(this.person, "acme").status()).isEqualTo(200);
		assertThat(keys.reveal(this.person.key(), "acme").json().get("credential").asString()).isEqualTo("user");
	}

	@Test
	void endsTokensAtTheProviderWhenTheyAreRemovedOrReplaced() {
		for (Runnable end : List.<Runnable>of(() -> keys.call("DELETE", PATH, null, this.person.key()),
				() -> connect(this.person, "acme"))) {
			connect(this.person, "acme");
			String token = keys.reveal(this.person.key(), "acme").json().get("apiKey").asString();
			end.run();
			await().untilAsserted(() -> assertThat(server.isGood(token)).isFalse());
		}
		String last = keys.reveal(this.person.key(), "acme").json().get("apiKey").asString();
		assertThat(server.isGood(last)).isTrue();
		assertThat(keys.call("DELETE", "/api/users/me", null, this.person.key()).status()).isEqualTo(204);
		await().untilAsserted(() -> assertThat(server.isGood(last)).isFalse());
	}

	@Test
	void takesNoConsentThatThisPersonDidNotAskFor() {
		Person other = keys.member();
		Map<String, String> consent = agree(start(this.person, "acme"));
		assertThat(complete(other, "acme", consent).code()).isEqualTo("unknown_attempt");
		assertThat(complete(this.person, "brief", consent).code()).isEqualTo("unknown_attempt");
		assertThat(complete(this.person, "acme", Map.of("state", "x", "code", "y")).code())
			.isEqualTo("unknown_attempt");
		assertThat(complete(this.person, "acme", consent).status()).isEqualTo(200);
		assertThat(complete(this.person, "acme", consent).code()).isEqualTo("unknown_attempt");
		Map<String, String> wrong = Map.of("state", start(this.person, "acme").get("state").asString(), "code",
				"made-up");
		assertThat(complete(this.person, "acme", wrong).code()).isEqualTo("provider_refused_code");
		assertThat(keys.call("POST", "/api/users/me/provider-keys/openai/connect", null, this.person.key()).code())
			.isEqualTo("not_connectable");
		assertThat(keys.call("POST", "/api/users/me/provider-keys/nowhere/connect", null, this.person.key()).status())
			.isEqualTo(404);
		for (int i = 0; i < 10; i++) {
			start(other, "acme");
		}
		assertThat(keys.call("POST", PATH + "/connect", null, other.key()).code()).isEqualTo("too_many_attempts");
	}

	@Test
	void exchangesACodeForALastingKey() throws Exception {
		AtomicReference<String> sent = new AtomicReference<>("");
		router.answers((exchange) -> {
			sent.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
			byte[] body = "{\"key\":\"sk-or-v1-0123456789abcdef0123\",\"user_id\":\"u\"}"
				.getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
		});
		JsonNode started = start(this.person, "router");
		Map<String, String> asked = query(URI.create(started.get("authorizationUrl").asString()));
		assertThat(asked.get("callback_url"))
			.isEqualTo(AuthorizationServer.REDIRECT + "?state=" + started.get("state").asString());
		Answer saved = complete(this.person, "router",
				Map.of("state", started.get("state").asString(), "code", "the-code"));
		assertThat(saved.status()).as(saved.body()).isEqualTo(200);
		JsonNode body = JsonMapper.shared().readTree(sent.get());
		assertThat(body.get("code").asString()).isEqualTo("the-code");
		byte[] hash = MessageDigest.getInstance("SHA-256")
			.digest(body.get("code_verifier").asString().getBytes(StandardCharsets.US_ASCII));
		assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(hash)).isEqualTo(asked.get("code_challenge"));
		assertThat(keys.reveal(this.person.key(), "router").json().get("apiKey").asString())
			.isEqualTo("sk-or-v1-0123456789abcdef0123");
		assertThat(keys.get("/api/users/me/provider-keys/router", this.person.key()).json().has("connection"))
			.isFalse();
	}

	private static Answer report(JsonNode release) {
		return keys.internal("POST", "/internal/provider-keys/report", "{\"credentialId\":\""
				+ release.get("credentialId").asString() + "\",\"version\":" + release.get("version").asInt() + "}");
	}

	private static Answer connect(Person person, String provider) {
		return complete(person, provider, agree(start(person, provider)));
	}

	private static JsonNode start(Person person, String provider) {
		Answer answer = keys.call("POST", "/api/users/me/provider-keys/" + provider + "/connect", null, person.key());
		assertThat(answer.status()).as(answer.body()).isEqualTo(201);
		return answer.json();
	}

	/** What the person's browser is sent back with. */
	private static Map<String, String> agree(JsonNode started) {
		try (HttpClient browser = HttpClient.newHttpClient()) {
			HttpResponse<String> answer = browser.send(
					HttpRequest.newBuilder(URI.create(started.get("authorizationUrl").asString())).build(),
					HttpResponse.BodyHandlers.ofString());
			String location = answer.headers().firstValue("Location").orElse("");
			assertThat(location).as("%s %s", answer.statusCode(), answer.body())
				.startsWith(AuthorizationServer.REDIRECT);
			return query(URI.create(location));
		}
		catch (java.io.IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Map<String, String> query(URI uri) {
		return Arrays.stream(uri.getRawQuery().split("&"))
			.map((field) -> field.split("=", 2))
			.collect(Collectors.toMap((field) -> field[0],
					(field) -> URLDecoder.decode(field[1], StandardCharsets.UTF_8)));
	}

	private static Answer complete(Person person, String provider, Map<String, String> consent) {
		return keys.call("POST", "/api/users/me/provider-keys/" + provider + "/connect/complete",
				"{\"state\":\"" + consent.get("state") + "\",\"code\":\"" + consent.get("code") + "\"}", person.key());
	}

}
