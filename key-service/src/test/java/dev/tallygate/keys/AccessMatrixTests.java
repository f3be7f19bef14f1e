package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.keys.KeyService.Answer;
import dev.tallygate.keys.KeyService.Person;
import dev.tallygate.messaging.BackgroundLoops;
import dev.tallygate.messaging.DatabaseLimits;
import dev.tallygate.messaging.LoopHealth;
import dev.tallygate.messaging.ShownMetrics;
import dev.tallygate.security.internal.ServiceCredentials;
import dev.tallygate.security.internal.ServiceProperties;
import dev.tallygate.security.secret.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;

/**
 * Every endpoint of the service's own API document, called by everyone who may not and
 * everyone who may. An endpoint without a row here fails.
 */
class AccessMatrixTests {

	/** Who may call it. */
	private enum Access {

		/** Anyone. */
		OPEN,
		/** Anyone with a key. */
		ANYONE,
		/** The user in the path, and administrators. */
		OWNER,
		/** Administrators. */
		ADMIN

	}

	private static final Map<String, Access> ROWS = new TreeMap<>(Map.ofEntries(
			Map.entry("POST /api/signup", Access.OPEN), Map.entry("POST /api/users", Access.ADMIN),
			Map.entry("GET /api/users", Access.ADMIN), Map.entry("GET /api/users/{user}", Access.OWNER),
			Map.entry("PATCH /api/users/{user}", Access.OWNER), Map.entry("DELETE /api/users/{user}", Access.OWNER),
			Map.entry("POST /api/users/{user}/keys", Access.OWNER),
			Map.entry("GET /api/users/{user}/keys", Access.OWNER),
			Map.entry("GET /api/users/{user}/keys/{id}", Access.OWNER),
			Map.entry("DELETE /api/users/{user}/keys/{id}", Access.OWNER),
			Map.entry("POST /api/users/{user}/keys/{id}/rotate", Access.OWNER),
			Map.entry("PATCH /api/users/{user}/keys/{id}", Access.OWNER),
			Map.entry("GET /api/users/{user}/keys/{id}/secrets", Access.OWNER),
			Map.entry("DELETE /api/users/{user}/keys/{id}/secrets/{secret}", Access.OWNER),
			Map.entry("GET /api/users/{user}/provider-keys", Access.OWNER),
			Map.entry("GET /api/users/{user}/provider-keys/{provider}", Access.OWNER),
			Map.entry("PUT /api/users/{user}/provider-keys/{provider}", Access.OWNER),
			Map.entry("DELETE /api/users/{user}/provider-keys/{provider}", Access.OWNER),
			Map.entry("POST /api/users/{user}/provider-keys/{provider}/validate", Access.OWNER),
			Map.entry("POST /api/users/{user}/provider-keys/{provider}/connect", Access.OWNER),
			Map.entry("POST /api/users/{user}/provider-keys/{provider}/connect/complete", Access.OWNER),
			Map.entry("GET /api/users/{user}/audit", Access.OWNER), Map.entry("GET /api/providers", Access.ANYONE),
			Map.entry("GET /api/audit", Access.ADMIN), Map.entry("GET /api/audit/verify", Access.ADMIN),
			Map.entry("GET /api/master-keys", Access.ADMIN), Map.entry("POST /api/master-keys/rewrap", Access.ADMIN)));

	private static final Set<String> SAY_THEMSELVES = Set.of("POST /api/users", "POST /api/users/{user}/keys",
			"POST /api/users/{user}/keys/{id}/rotate", "PATCH /api/users/{user}/keys/{id}");

	private static KeyService keys = KeyService.shared();

	private static Person victim = keys.member();

	private static Person stranger = keys.member();

	private static String revoked = revoked();

	private static String restricted = restricted();

	private static String unauthorized = "";

	@BeforeAll
	static void constantBody() {
		unauthorized = keys.get("/api/users/me", null).body();
	}

	private static String restricted() {
		return keys
			.call("POST", "/api/users/me/keys", "{\"name\":\"few\",\"allowedModels\":[\"openai:gpt-*\"]}",
					keys.admin().key())
			.json()
			.get("secret")
			.asString();
	}

	private static String revoked() {
		Person person = keys.member();
		keys.call("DELETE", "/api/users/me/keys/" + person.keyId(), null, person.key());
		return person.key();
	}

	static Set<String> rows() {
		return ROWS.keySet();
	}

	@Test
	void hasARowForEveryEndpointOfTheApiDocument() {
		List<String> documented = new ArrayList<>();
		JsonNode paths = keys.get("/v3/api-docs", null).json().get("paths");
		for (String path : paths.propertyNames()) {
			for (String method : paths.get(path).propertyNames()) {
				documented.add(method.toUpperCase(Locale.ROOT) + " " + path);
			}
		}
		assertThat(documented).containsExactlyInAnyOrderElementsOf(ROWS.keySet());
	}

	@ParameterizedTest
	@MethodSource("rows")
	void refusesWhoeverIsNobody(String row) {
		if (ROWS.get(row) == Access.OPEN) {
			return;
		}
		for (@Nullable
		String key : new @Nullable String[] { null, "nonsense", "tg_dev_nonsense", revoked,
				stranger.key().toLowerCase(Locale.ROOT), KeyService.GATEWAY_SECRET }) {
			Answer answer = call(row, victim.id(), "{not json", key);
			assertThat(answer.status()).as("%s with %s", row, key).isEqualTo(401);
			assertThat(answer.body()).isEqualTo(unauthorized);
		}
		Answer basic = KeyService.send(keys.port(), methodOf(row), pathOf(row, victim.id()), null, "application/json",
				KeyService.basic("gateway", KeyService.GATEWAY_SECRET));
		assertThat(basic.status()).isEqualTo(401);
	}

	@ParameterizedTest
	@MethodSource("rows")
	void refusesAnotherMemberBeforeLookingAtTheBody(String row) {
		Answer foreign = call(row, victim.id(), "{not json", stranger.key());
		switch (accessOf(row)) {
			case OWNER -> {
				Answer absent = call(row, UUID.randomUUID().toString(), "{not json", stranger.key());
				assertThat(foreign.status()).isEqualTo(404);
				assertThat(foreign.body()).isEqualTo(absent.body());
				assertThat(foreign.response().headers().map().keySet())
					.isEqualTo(absent.response().headers().map().keySet());
				assertThat(call(row, "not-an-id", "{not json", stranger.key()).body()).isEqualTo(foreign.body());
			}
			case ADMIN -> assertThat(foreign.status()).isEqualTo(403);
			case ANYONE -> assertThat(foreign.status()).isEqualTo(200);
			case OPEN -> assertThat(foreign.status()).isEqualTo(400);
		}
	}

	@ParameterizedTest
	@MethodSource("rows")
	void answersAnAdministratorAboutAnAbsentUserAsAnyoneElse(String row) {
		if (ROWS.get(row) == Access.OWNER) {
			Answer absent = call(row, UUID.randomUUID().toString(), bodyOf(row), KeyService.ADMIN_KEY);
			assertThat(absent.status()).as(row).isEqualTo(404);
			assertThat(absent.body()).isEqualTo(call(row, victim.id(), "{", stranger.key()).body());
			String malformed = row.startsWith("GET") ? row + "?limit=x" : row;
			assertThat(call(malformed, UUID.randomUUID().toString(), "{", KeyService.ADMIN_KEY).body()).as(row)
				.isEqualTo(absent.body());
		}
	}

	@ParameterizedTest
	@MethodSource("rows")
	void answersThatWhatIsNamedIsNotThereBeforeLookingAtTheBody(String row) {
		if (!row.startsWith("GET") && row.matches(".*\\{user}.*\\{\\w+}.*")) {
			String named = row.replaceAll("\\{(?!user)\\w+}", UUID.randomUUID().toString());
			Answer absent = call(named, victim.id(), "{not json", victim.key());
			assertThat(absent.status()).as(named).isEqualTo(404);
			assertThat(absent.body()).isEqualTo(call(row, victim.id(), "{", stranger.key()).body());
		}
	}

	@ParameterizedTest
	@MethodSource("rows")
	void answersWhoMay(String row) {
		Person own = keys.member();
		String key = switch (accessOf(row)) {
			case OPEN, ANYONE, OWNER -> own.key();
			case ADMIN -> KeyService.ADMIN_KEY;
		};
		Answer answer = call(row.replace("{id}", own.keyId()), own.id(), bodyOf(row), key);
		assertThat(answer.status()).as("%s: %s", row, answer.body())
			.isIn(row.contains("/connect") ? List.of(409)
					: namesWhatIsNotThere(row) ? List.of(404) : List.of(200, 201, 202, 204));
		assertThat(answer.response().headers().allValues("Cache-Control")).containsExactly("no-store");
		assertThat(answer.body()).doesNotContain("hash");
	}

	private static boolean namesWhatIsNotThere(String row) {
		return row.endsWith("/validate") || row.startsWith("DELETE /api/users/{user}/provider-keys")
				|| row.contains("{secret}");
	}

	/** Those that make or change keys say themselves how far it goes: KeyChangeTests. */
	@ParameterizedTest
	@MethodSource("rows")
	void letsARestrictedKeyReadAndChangeNothing(String row) {
		Answer answer = call(row.replace("{id}", victim.keyId()), "me", "{not json", restricted);
		if (row.startsWith("GET ") || accessOf(row) == Access.OPEN) {
			assertThat(answer.status()).as(answer.body()).isNotEqualTo(403);
		}
		else if (SAY_THEMSELVES.contains(row)) {
			assertThat(answer.status()).as(answer.body()).isIn(400, 404);
		}
		else {
			assertThat(answer.status()).as("%s: %s", row, answer.body()).isEqualTo(403);
			assertThat(answer.code()).isEqualTo("key_restricted");
		}
	}

	@ParameterizedTest
	@MethodSource("rows")
	void isNotThereOnTheInternalPort(String row) {
		Answer answer = KeyService.send(keys.internalPort(), methodOf(row), pathOf(row, "me"), null, "application/json",
				"Bearer " + KeyService.ADMIN_KEY);
		assertThat(answer.status()).isEqualTo(404);
	}

	@Test
	void refusesUsersAndStrangersOnInternalPaths() {
		for (String path : List.of("/internal/introspect", "/internal/provider-keys/reveal",
				"/internal/provider-keys/report", "/internal/providers", "/internal/audit",
				"/internal/services/verify")) {
			String method = path.equals("/internal/providers") ? "GET" : "POST";
			for (String key : List.of(KeyService.ADMIN_KEY, stranger.key())) {
				assertThat(internal(method, path, "Bearer " + key)).as(path).isEqualTo(403);
			}
			assertThat(internal(method, path, null)).isEqualTo(401);
			assertThat(internal(method, path, KeyService.basic("gateway", KeyService.METERING_SECRET))).isEqualTo(401);
			assertThat(internal(method, path, KeyService.basic("metering", KeyService.METERING_SECRET + " ")))
				.isEqualTo(401);
			assertThat(internal(method, path, KeyService.basic("", ""))).isEqualTo(401);
			assertThat(internal(method, path, "Basic !!!")).isEqualTo(401);
			assertThat(keys.call(method, path, "{}", KeyService.ADMIN_KEY).status()).isEqualTo(404);
		}
		String metering = KeyService.basic("metering", KeyService.METERING_SECRET);
		assertThat(internal("POST", "/internal/provider-keys/reveal", metering)).isEqualTo(403);
		assertThat(internal("POST", "/internal/provider-keys/report", metering)).isEqualTo(403);
	}

	@Test
	void tellsBudgetServiceWhoCallsItWithoutALetterThatWouldPassForThatOneHere() {
		String shown = new ServiceCredentials(
				new ServiceProperties("gateway", null, Map.of("gateway", Secret.of(KeyService.GATEWAY_SECRET))))
			.authorizationAt("budget");
		String proof = new String(Base64.getDecoder().decode(shown.substring("Basic ".length())),
				StandardCharsets.UTF_8)
			.substring("gateway:".length());
		assertThat(verify(KeyService.BUDGET_SECRET, "gateway", proof).body()).isEqualTo("{\"valid\":true}");
		assertThat(verify(KeyService.BUDGET_SECRET, "metering", proof).body()).isEqualTo("{\"valid\":false}");
		assertThat(verify(KeyService.BUDGET_SECRET, "nobody", proof).body()).isEqualTo("{\"valid\":false}");
		assertThat(verify(KeyService.BUDGET_SECRET, "gateway", KeyService.GATEWAY_SECRET).body())
			.isEqualTo("{\"valid\":false}");
		assertThat(KeyService
			.send(keys.internalPort(), "POST", "/internal/services/verify", "{\"service\":\"gateway\"}",
					"application/json", KeyService.basic("budget", KeyService.BUDGET_SECRET))
			.status()).isEqualTo(400);
		assertThat(internal("POST", "/internal/provider-keys/reveal", shown)).isEqualTo(401);
		assertThat(internal("POST", "/internal/introspect", shown)).isEqualTo(401);
		assertThat(
				internal("POST", "/internal/services/verify", KeyService.basic("metering", KeyService.METERING_SECRET)))
			.isEqualTo(403);
	}

	private static Answer verify(String secret, String service, String proof) {
		return KeyService.send(keys.internalPort(), "POST", "/internal/services/verify",
				"{\"service\":\"" + service + "\",\"proof\":\"" + proof + "\"}", "application/json",
				KeyService.basic("budget", secret));
	}

	private static int internal(String method, String path, @Nullable String authorization) {
		return KeyService.send(keys.internalPort(), method, path, "{}", "application/json", authorization).status();
	}

	@Test
	void cannotBeTrickedByTheWayAPathIsWritten() throws IOException {
		for (String path : List.of("//api/users", "/api//users", "/%61pi/users", "/api/%75sers", "/api/users/",
				"/api/users;x=1", "/;x=/api/users", "/API/users", "/api/../api/users", "/x/..;/api/users",
				"/api/users/%2e", "/api/users%2f", "/./api/users", "/api/audit/verify/", "/internal/providers",
				"/%69nternal/providers", "//internal/providers", "/x/../internal/providers")) {
			for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "TRACE", "FOO")) {
				String status = raw(method, path, stranger.key());
				assertThat(status).as("%s %s", method, path).doesNotContain(" 20").doesNotContain(" 500");
			}
		}
		for (String header : List.of("X-HTTP-Method-Override: GET", "X-Forwarded-User: admin",
				"X-User-Id: " + victim.id(), "X-Original-URL: /api/providers", "X-Role: admin")) {
			assertThat(raw("GET", "/api/users", stranger.key() + "\r\n" + header)).contains(" 403");
		}
	}

	private static String raw(String method, String path, String key) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), keys.port())) {
			socket.getOutputStream()
				.write((method + " " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n"
						+ "Authorization: Bearer " + key + "\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
			return answer.lines().findFirst().orElse("");
		}
	}

	static Stream<String> serverOwnedFields() {
		return Stream.of("id", "userId", "ownerId", "owner_id", "version", "createdAt", "keyPrefix", "secret", "hash",
				"revokedAt", "lastUsedAt", "isValid", "maskedKey", "masterKeyId", "kek_id", "scope", "scopes", "spent");
	}

	@ParameterizedTest
	@MethodSource("serverOwnedFields")
	void takesNoFieldThatIsTheServersOwn(String field) {
		for (String row : ROWS.keySet()) {
			if (!bodyOf(row).equals("{}")) {
				String body = bodyOf(row).replaceFirst("}$", ",\"" + field + "\":\"x\"}");
				Answer answer = call(row.replace("{id}", victim.keyId()), victim.id(), body, KeyService.ADMIN_KEY);
				assertThat(answer.status()).as("%s with %s", row, field).isEqualTo(400);
				assertThat(answer.body()).contains("'" + field + "'");
			}
		}
	}

	@Test
	void letsNoMemberRaiseItself() {
		Person person = keys.member();
		assertThat(keys.call("PATCH", "/api/users/me", "{\"role\":\"admin\"}", person.key()).status()).isEqualTo(403);
		assertThat(
				keys.call("POST", "/api/users/me/keys", "{\"name\":\"a\",\"role\":\"admin\"}", person.key()).status())
			.isEqualTo(400);
		assertThat(keys.call("POST", "/api/signup", "{\"email\":\"a@b.example\",\"role\":\"admin\"}", null).status())
			.isEqualTo(400);
		assertThat(keys.get("/api/users/me", person.key()).json().get("role").asString()).isEqualTo("member");
		assertThat(
				keys.call("PATCH", "/api/users/" + person.id(), "{\"role\":\"admin\"}", KeyService.ADMIN_KEY).status())
			.isEqualTo(200);
		assertThat(keys.get("/api/users", person.key()).status()).isEqualTo(200);
	}

	@Test
	void servesNoMoreThanHealthAndMetricsOnTheManagementPort() {
		int port = Integer.parseInt(keys.managementPort());
		assertThat(KeyService.send(port, "GET", "/actuator/health/readiness", null, "text/plain", null).status())
			.isEqualTo(200);
		assertThat(KeyService.send(port, "GET", "/actuator/prometheus", null, "text/plain", null).body())
			.contains("tallygate_vault_records");
		for (String path : List.of("env", "heapdump", "configprops", "beans", "loggers", "threaddump", "shutdown")) {
			assertThat(KeyService.send(port, "GET", "/actuator/" + path, null, "text/plain", null).status())
				.isEqualTo(404);
			assertThat(keys.get("/actuator/" + path, KeyService.ADMIN_KEY).status()).isEqualTo(404);
		}
		assertThat(keys.get("/actuator/health", KeyService.ADMIN_KEY).status()).isEqualTo(404);
	}

	@Test
	void waitsForItsDatabaseNoLongerThanItSays() throws Exception {
		DatabaseLimits.check(keys.bean(DataSource.class));
	}

	@Test
	void whatIsShownOfItBeginsAtZeroAndIsExplained() throws Exception {
		ShownMetrics.check("keys", keys.bean(Environment.class));
	}

	@Test
	void aThreadThatEndedInSilenceIsSeenFromOutside() throws Exception {
		LoopHealth.check(keys.bean(BackgroundLoops.class), keys.bean(Environment.class), "outbox-sender",
				"dead-letters");
	}

	private static Answer call(String row, String user, String body, @Nullable String key) {
		String method = methodOf(row);
		boolean noBody = method.equals("GET") || method.equals("DELETE");
		return keys.call(method, pathOf(row, user), noBody ? null : body, key);
	}

	private static Access accessOf(String row) {
		return java.util.Objects.requireNonNull(ROWS.get(row));
	}

	private static String methodOf(String row) {
		return row.substring(0, row.indexOf(' '));
	}

	private static String pathOf(String row, String user) {
		return row.substring(row.indexOf(' ') + 1)
			.replace("{user}", user)
			.replace("{id}", UUID.randomUUID().toString())
			.replace("{secret}", UUID.randomUUID().toString())
			.replace("{provider}", "openai");
	}

	private static String bodyOf(String row) {
		return switch (row.replaceFirst("/keys/[0-9a-f-]{36}", "/keys/{id}")) {
			case "PATCH /api/users/{user}/keys/{id}" -> "{\"tags\":{\"team\":\"search\"}}";
			case "POST /api/signup", "POST /api/users" -> "{\"email\":\"" + UUID.randomUUID() + "@example.org\"}";
			case "PATCH /api/users/{user}" -> "{\"displayName\":\"New\"}";
			case "POST /api/users/{user}/keys" -> "{\"name\":\"" + UUID.randomUUID() + "\"}";
			case "POST /api/users/{user}/keys/{id}/rotate" -> "{\"overlapSeconds\":1}";
			case "POST /api/users/{user}/provider-keys/{provider}/connect/complete" ->
				"{\"state\":\"x\",\"code\":\"y\"}";
			case "PUT /api/users/{user}/provider-keys/{provider}" -> "{\"apiKey\":\"sk-sim-0123456789abcdef\"}";
			default -> "{}";
		};
	}

}
