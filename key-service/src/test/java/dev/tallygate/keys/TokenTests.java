package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.keys.KeyService.Answer;
import dev.tallygate.keys.KeyService.Person;
import dev.tallygate.security.internal.ServiceCredentials;
import dev.tallygate.security.internal.ServiceProperties;
import dev.tallygate.security.secret.Secret;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TokenTests {

	private static KeyService keys = KeyService.shared();

	@Test
	void refusesEveryTamperedKey() {
		String key = keys.member().key();
		List<String> tampered = new ArrayList<>(List.of(key + key, key.substring(1), key.substring(0, key.length() - 1),
				key.replace("tg_dev_", "tg_prod_"), key.replace("tg_dev_", "tg_test_"),
				key.toUpperCase(java.util.Locale.ROOT), key.toLowerCase(java.util.Locale.ROOT), key + "\u0000",
				"tg_dev_", "tg_", key.replace("tg_", "TG_")));
		for (int i = 0; i < key.length(); i++) {
			tampered.add(key.substring(0, i) + ((key.charAt(i) == 'A') ? 'B' : 'A') + key.substring(i + 1));
		}
		for (String each : tampered) {
			assertThat(keys.introspect(each).body()).as(each).isEqualTo("{\"active\":false}");
		}
	}

	@Test
	void takesInjectionsForWhatTheyAre() {
		Random random = new Random(42);
		List<String> pieces = List.of("' OR '1'='1", "'; SELECT pg_sleep(8); --", "\" OR \"\"=\"", "%", "_", "\\", "$$",
				"') UNION SELECT NULL--", "${jndi:ldap://x}", "%s%n", "{{7*7}}", "/*", "*/", "||pg_sleep(8)||",
				"\u00e9", "' AND 1=CAST(pg_sleep(8) AS int)--", "E'\\\\'", "0x00", "1;DROP TABLE app_user", "admin'--");
		Person person = keys.member();
		for (int i = 0; i < 300; i++) {
			long begun = System.nanoTime();
			String payload = pieces.get(random.nextInt(pieces.size())) + pieces.get(random.nextInt(pieces.size()));
			assertThat(keys.introspect(payload).body()).isEqualTo("{\"active\":false}");
			String encoded = java.net.URLEncoder.encode(payload, java.nio.charset.StandardCharsets.UTF_8);
			Answer list = keys.get("/api/users/me/keys?cursor=" + encoded, person.key());
			assertThat(list.status()).isEqualTo(400);
			String json = payload.replace("\\", "\\\\").replace("\"", "\\\"");
			Answer named = keys.call("POST", "/api/users/me/keys", "{\"name\":\"" + i + json + "\"}", person.key());
			assertThat(named.status()).isIn(201, 409);
			assertThat(System.nanoTime() - begun).as("nobody slept for 8 s").isLessThan(8_000_000_000L);
		}
		assertThat(keys.get("/api/users/me", person.key()).status()).isEqualTo(200);
	}

	@Test
	void refusesCraftedCursors() {
		Person person = keys.member();
		for (String text : List.of("+1000000000-12-31T23:59:59.999999999Z\n" + UUID.randomUUID(),
				"-1000000000-01-01T00:00:00Z\n" + UUID.randomUUID(), "2026-11-21T10:00:00Z\n1-1-1-1-1\n",
				"9223372036854775807\n0\n1", "-9223372036854775808\n0\n1", "0\n0", "0\n99999\n1", "\u0000", "\n\n\n")) {
			String cursor = Base64.getUrlEncoder()
				.withoutPadding()
				.encodeToString(text.getBytes(StandardCharsets.UTF_8));
			for (String path : List.of("/api/users/me/keys", "/api/users/me/audit", "/api/users", "/api/audit")) {
				Answer answer = keys.get(path + "?cursor=" + cursor,
						path.contains("me") ? person.key() : KeyService.ADMIN_KEY);
				assertThat(answer.status()).as("%s %s", path, text).isEqualTo(400);
				assertThat(answer.body()).contains("'cursor'");
			}
		}
	}

	@Test
	void opensWhatTheOperatorsAdministratorKeyOpens() {
		Answer me = keys.get("/api/users/me", KeyService.ADMIN_KEY);
		assertThat(me.json().get("id").asString()).isEqualTo("00000000-0000-7000-8000-000000000001");
		assertThat(me.json().get("role").asString()).isEqualTo("admin");
		assertThat(keys.call("DELETE", "/api/users/me", null, KeyService.ADMIN_KEY).status()).isEqualTo(409);
		assertThat(keys.call("PATCH", "/api/users/me", "{\"role\":\"member\"}", KeyService.ADMIN_KEY).status())
			.isEqualTo(409);
	}

	@Test
	void removesAPersonWithKeysSecretsAndPersonalData() {
		Person person = keys.member();
		keys.call("PATCH", "/api/users/me",
				"{\"displayName\":\"Zebra Quagga\",\"email\":\"zebra-" + person.id() + "@example.org\"}", person.key());
		keys.call("PUT", "/api/users/me/provider-keys/openai", "{\"apiKey\":\"sk-sim-zebra-0123456789\"}",
				person.key());
		assertThat(keys.call("DELETE", "/api/users/me", null, person.key()).status()).isEqualTo(204);
		assertThat(keys.get("/api/users/me", person.key()).status()).isEqualTo(401);
		assertThat(keys.get("/api/users/" + person.id(), KeyService.ADMIN_KEY).status()).isEqualTo(404);
		String dump = Dump.of(keys.database());
		assertThat(dump).doesNotContain("Quagga").doesNotContain("zebra-" + person.id());
		await().untilAsserted(() -> {
			assertThat(Topic.values("tallygate.users.v1"))
				.anyMatch((each) -> each.contains("user.deleted") && each.contains(person.id()))
				.contains(person.id() + "=null");
			assertThat(Topic.values("tallygate.keys.v1"))
				.anyMatch((each) -> each.contains("api-key.revoked") && each.contains(person.keyId()))
				.contains(person.keyId() + "=null");
		});
	}

	@Test
	void clearsADisplayNameWithNullAndKeepsItWhenAbsent() {
		Person person = keys.member();
		keys.call("PATCH", "/api/users/me", "{\"displayName\":\"Ann\"}", person.key());
		keys.call("PATCH", "/api/users/me", "{\"email\":\"x" + UUID.randomUUID() + "@example.org\"}", person.key());
		assertThat(keys.get("/api/users/me", person.key()).json().get("displayName").asString()).isEqualTo("Ann");
		keys.call("PATCH", "/api/users/me", "{\"displayName\":null}", person.key());
		assertThat(keys.get("/api/users/me", person.key()).json().get("displayName").isNull()).isTrue();
	}

	@Test
	void refusesFieldsThatAreTooLongOrOdd() {
		Person person = keys.member();
		for (String body : List.of("{\"name\":\"\"}", "{\"name\":null}", "{\"name\":\"" + "a".repeat(65) + "\"}",
				"{\"name\":\"a\\u0000\"}", "{\"name\":\" a\"}",
				"{\"name\":\"a\",\"expiresAt\":\"2020-01-01T00:00:00Z\"}",
				"{\"name\":\"a\",\"expiresAt\":\"tomorrow\"}", "{\"name\":\"a\",\"keyType\":\"live\"}",
				"{\"name\":\"a\",\"keyType\":0}", "{\"name\":\"a\",\"allowedModels\":[null]}",
				"{\"name\":\"a\",\"allowedModels\":[\"\"]}", "{\"name\":\"a\",\"expiresAt\":1900000000}",
				"{\"name\":\"a\",\"expiresAt\":\"9999-01-01T00:00:00Z\"}", "{\"name\":\"a\\ud800\"}", "[]", "7", "")) {
			assertThat(keys.call("POST", "/api/users/me/keys", body, person.key()).status()).as(body).isEqualTo(400);
		}
		for (String body : List.of("{}", "{\"email\":\"a\"}", "{\"email\":\"a@\"}", "{\"email\":\"a@b@c\"}",
				"{\"email\":\"a b@c\"}", "{\"email\":\"a@" + "b".repeat(260) + "\"}", "{\"email\":\"a\\u0000@b\"}",
				"{\"email\":\"a@b.c\",\"displayName\":\"\"}", "{\"email\":\"a@b.c\",\"role\":\"root\"}")) {
			assertThat(keys.call("POST", "/api/users", body, KeyService.ADMIN_KEY).status()).as(body).isEqualTo(400);
		}
		for (String body : List.of("{\"overlapSeconds\":-1}", "{\"overlapSeconds\":604801}", "{\"overlapSeconds\":1.5}",
				"{\"overlapSeconds\":\"5\"}")) {
			assertThat(
					keys.call("POST", "/api/users/me/keys/" + person.keyId() + "/rotate", body, person.key()).status())
				.as(body)
				.isEqualTo(400);
		}
	}

	@Test
	void limitsSignUpsPerAddress() {
		Answer answer = signUp();
		// A minute may end in between, so that twice 20 are taken.
		for (int i = 0; i < 100 && answer.status() != 429; i++) {
			assertThat(answer.status()).isEqualTo(201);
			answer = signUp();
		}
		assertThat(answer.status()).isEqualTo(429);
		assertThat(answer.response().headers().firstValue("Retry-After")).contains("60");
	}

	@Test
	void limitsSignUpsAtTheConsolePerAddressThatItTells() throws Exception {
		String console = new ServiceCredentials(
				new ServiceProperties("console", null, Map.of("console", Secret.of(KeyService.CONSOLE_SECRET))))
			.authorizationAt("keys");
		for (int i = 1; i <= 30; i++) {
			assertThat(signUp(console, "192.0.2." + i).statusCode()).as("somebody at 192.0.2.%s", i).isEqualTo(201);
		}
		// A minute may end in between, so that twice 20 are taken.
		List<Integer> ofOne = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			ofOne.add(signUp(console, (i % 2 == 0) ? "2001:db8::1" : "2001:0DB8:0::1").statusCode());
		}
		assertThat(ofOne).contains(201, 429);
		assertThat(signUp(console, "2001:db8::2").statusCode()).isEqualTo(201);
		assertThat(keys.get("/api/audit?action=user.created&limit=1", KeyService.ADMIN_KEY)
			.json()
			.at("/data/0/address")
			.asString()).isEqualTo("2001:db8:0:0:0:0:0:2");
	}

	private static HttpResponse<String> signUp(String authorization, String address) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + keys.port() + "/api/signup"))
			.header("Content-Type", "application/json")
			.header("X-Forwarded-For", address)
			.header("Authorization", authorization)
			.POST(HttpRequest.BodyPublishers.ofString("{\"email\":\"" + UUID.randomUUID() + "@example.org\"}"))
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static Answer signUp() {
		return keys.call("POST", "/api/signup", "{\"email\":\"" + UUID.randomUUID() + "@example.org\"}", null);
	}

}
