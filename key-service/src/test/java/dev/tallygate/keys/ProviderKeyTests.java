package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.keys.KeyService.Answer;
import dev.tallygate.keys.KeyService.Person;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class ProviderKeyTests {

	private static final String SECRET = "sk-sim-Zq7XwV4nB9kL2mT6yR1pC8dF5gH3jS0a";

	private static KeyService keys = KeyService.shared();

	private final Person person = keys.member();

	@ParameterizedTest
	@CsvSource({ "openai,sk-sim-bad-0123456789abcdef,400,provider_rejected_key",
			"anthropic,sk-sim-revoked-0123456789abcdef,400,provider_rejected_key",
			"openai,sk-sim-forbidden-0123456789abc,400,provider_rejected_key",
			"openai,sk-sim-down-0123456789abcdef,503,provider_unreachable", "openai,short,400,invalid_api_key_format",
			"openai,sk-sim-with space 123,400,invalid_api_key_format",
			"openai,sk-sim-ümlaut-0123456,400,invalid_api_key_format",
			"nowhere,sk-sim-0123456789abcdef,404,not_found" })
	void keepsTheOldKeyWhenTheNewOneIsNotTaken(String provider, String key, int status, String code) {
		save("openai", SECRET);
		Answer answer = save(provider, key);
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.code()).isEqualTo(code);
		assertThat(answer.body()).doesNotContain(key);
		assertThat(reveal("openai").get("apiKey").asString()).isEqualTo(SECRET);
	}

	@Test
	void asksForOneTokenWhereModelsAreNotListed() {
		assertThat(save("manus", SECRET).json().get("isValid").asBoolean()).isTrue();
		assertThat(save("manus", "sk-sim-bad-0123456789abcdef").code()).isEqualTo("provider_rejected_key");
		assertThat(save("manus", "sk-sim-down-0123456789abcdef").code()).isEqualTo("provider_unreachable");
		assertThat(reveal("manus").get("apiKey").asString()).isEqualTo(SECRET);
	}

	@Test
	void saysInTheWordsOfTheContractThatAProviderRejectsAKey() {
		assertThat(save("openai", "sk-sim-bad-0123456789abcdef").json().get("detail").asString())
			.isEqualTo("Invalid API key -- could not authenticate with provider");
	}

	@Test
	void storesUncheckedWhereThereIsNoCheck() {
		Answer answer = save("ollama", "whatever-0123456789");
		assertThat(answer.json().get("isValid").isNull()).isTrue();
		assertThat(answer.json().get("maskedKey").asString()).isEqualTo("...89");
		assertThat(reveal("ollama").get("credential").asString()).isEqualTo("user");
	}

	@Test
	void countsVersionsAndReplacesInPlace() {
		save("openai", SECRET);
		String id = reveal("openai").get("credentialId").asString();
		save("openai", SECRET + "2");
		JsonNode release = reveal("openai");
		assertThat(release.get("credentialId").asString()).isEqualTo(id);
		assertThat(release.get("version").asInt()).isEqualTo(2);
		assertThat(release.get("apiKey").asString()).isEqualTo(SECRET + "2");
	}

	@Test
	void marksAKeyInvalidOnlyAfterAskingTheProviderItself() {
		String key = SECRET + "report" + this.person.id();
		save("openai", key);
		JsonNode release = reveal("openai");
		report(release, 1);
		assertThat(keys.reveal(this.person.key(), "openai").status()).isEqualTo(200);
		KeyService.simulator().keys().set(key, dev.tallygate.simulator.SimulatedKeys.Verdict.REJECTED);
		report(release, 7);
		assertThat(keys.reveal(this.person.key(), "openai").status()).isEqualTo(200);
		report(release, 1);
		Answer refused = keys.reveal(this.person.key(), "openai");
		assertThat(refused.code()).isEqualTo("provider_key_rejected");
		assertThat(keys.get("/api/users/me/provider-keys/openai", this.person.key()).json().get("isValid").asBoolean())
			.isFalse();
		KeyService.simulator().keys().set(key, dev.tallygate.simulator.SimulatedKeys.Verdict.GOOD);
		assertThat(keys.call("POST", "/api/users/me/provider-keys/openai/validate", null, this.person.key())
			.json()
			.get("isValid")
			.asBoolean()).isTrue();
		assertThat(keys.reveal(this.person.key(), "openai").status()).isEqualTo(200);
	}

	@Test
	void keepsTheSystemKeyWhateverAGatewayReports() {
		JsonNode release = reveal("openai");
		report(release, release.get("version").asInt());
		assertThat(reveal("openai").get("credential").asString()).isEqualTo("system");
	}

	@Test
	void refusesToReleaseADamagedRecordAndNeverFallsBack() {
		save("openai", SECRET);
		keys.database()
			.execute("UPDATE sealed_secret SET ciphertext = set_byte(ciphertext, 3, get_byte(ciphertext, 3) # 1) "
					+ "WHERE owner_id = '" + this.person.id() + "'");
		assertUndecryptable();
		save("openai", SECRET);
		assertThat(reveal("openai").get("credential").asString()).isEqualTo("user");
	}

	@Test
	void refusesToReleaseARecordMovedBetweenUsersOrProviders() {
		Person other = keys.member();
		save("openai", SECRET);
		keys.call("PUT", "/api/users/me/provider-keys/openai", "{\"apiKey\":\"sk-sim-others-0123456789\"}",
				other.key());
		save("anthropic", "sk-sim-anthropic-0123456789");
		for (String columns : List.of("ciphertext", "wrapped_key", "nonce", "ciphertext,wrapped_key,nonce")) {
			String from = "SELECT " + columns + " FROM sealed_secret WHERE owner_id = '" + other.id() + "'";
			keys.database()
				.execute("UPDATE sealed_secret SET (" + columns + ") = (" + from
						+ ") WHERE provider = 'openai' AND owner_id = '" + this.person.id() + "'");
			assertUndecryptable();
			save("openai", SECRET);
		}
		for (String change : List.of("version = version + 1", "algorithm = 2", "master_key_id = 'k9'")) {
			keys.database()
				.execute("UPDATE sealed_secret SET " + change + " WHERE provider = 'openai' AND owner_id = '"
						+ this.person.id() + "'");
			assertUndecryptable();
			keys.call("DELETE", "/api/users/me/provider-keys/openai", null, this.person.key());
			save("openai", SECRET);
		}
		keys.database()
			.execute("DELETE FROM sealed_secret WHERE provider = 'openai' AND owner_id = '" + this.person.id() + "'");
		keys.database()
			.execute("UPDATE sealed_secret SET provider = 'openai', origin = '" + originOf("openai")
					+ "' WHERE owner_id = '" + this.person.id() + "'");
		assertUndecryptable();
	}

	private void assertUndecryptable() {
		Answer answer = keys.reveal(this.person.key(), "openai");
		assertThat(answer.status()).isEqualTo(500);
		assertThat(answer.code()).isEqualTo("key_undecryptable");
		JsonNode newest = keys.get("/api/users/me/audit?limit=1", this.person.key()).json().at("/data/0");
		assertThat(newest.get("outcome").asString()).isEqualTo("key_undecryptable");
	}

	@Test
	void refusesAKeyWhoseDestinationHasChanged() {
		save("openai", SECRET);
		keys.database()
			.execute("UPDATE sealed_secret SET origin = 'https://api.openai.com' WHERE owner_id = '" + this.person.id()
					+ "'");
		Answer answer = keys.reveal(this.person.key(), "openai");
		assertThat(answer.status()).isEqualTo(409);
		assertThat(answer.code()).isEqualTo("provider_key_origin_changed");
		assertThat(keys.call("POST", "/api/users/me/provider-keys/openai/validate", null, this.person.key()).code())
			.isEqualTo("provider_key_origin_changed");
		save("openai", SECRET);
		assertThat(reveal("openai").get("credential").asString()).isEqualTo("user");
	}

	@Test
	void survivesConcurrentSavesRevealsAndRemovals() throws Exception {
		List<Callable<Answer>> work = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			String key = "sk-sim-concurrent-0123456789-" + i;
			work.add(() -> save("openai", key));
			work.add(() -> keys.reveal(this.person.key(), "openai"));
			work.add(() -> keys.call("DELETE", "/api/users/me/provider-keys/openai", null, this.person.key()));
		}
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			for (Future<Answer> answer : executor.invokeAll(work)) {
				assertThat(answer.get().status()).as(answer.get().body()).isIn(200, 404);
			}
		}
		save("openai", SECRET);
		assertThat(reveal("openai").get("apiKey").asString()).isEqualTo(SECRET);
	}

	static Stream<byte[]> mutations() {
		Random random = new Random(20261121);
		List<String> bodies = new ArrayList<>(List.of("\"" + SECRET + "\"", "[\"" + SECRET + "\"]", SECRET,
				"{\"apiKey\":[\"" + SECRET + "\"]}", "{\"apiKey\":{\"" + SECRET + "\":1}}",
				"{\"" + SECRET + "\":\"apiKey\"}", "{\"apiKey\":\"" + SECRET, "{\"apiKey\":" + SECRET + "}",
				"{apiKey:\"" + SECRET + "\"}", "{\"apiKey\":\"" + SECRET + "\",\"apiKey\":\"" + SECRET + "\"}",
				"{\"apiKey\":\"" + SECRET + "\"}}",
				"{\"apiKey\":\"" + SECRET + "\",\"" + SECRET.replace("-", "") + "\":1}",
				"{\"apiKey\":\"" + SECRET + "\\u0000\"}", "{\"apiKey\":\"" + SECRET + "\\ud800\"}",
				"{\"apiKey\":\"" + SECRET + " \"}", "{\"apiKey\":\"\\n" + SECRET + "\"}",
				"{\"apikey\":\"" + SECRET + "\"}", "{\"apiKey\":\"" + SECRET.repeat(200) + "\"}",
				"{\"apiKey\":\"" + SECRET.repeat(20_000) + "\"}", "{\"apiKey\":true,\"x\":\"" + SECRET + "\"}",
				"apiKey=" + SECRET, "<apiKey>" + SECRET + "</apiKey>"));
		String good = "{\"apiKey\":\"" + SECRET + "\"}";
		while (bodies.size() < 240) {
			StringBuilder body = new StringBuilder(good);
			for (int i = 0; i <= random.nextInt(3); i++) {
				int at = random.nextInt(body.length());
				switch (random.nextInt(4)) {
					case 0 -> body.deleteCharAt(at);
					case 1 -> body.insert(at, "\"{}[]:,\\\u0000\u00e9 ".charAt(random.nextInt(11)));
					case 2 -> body.setCharAt(at, (char) (1 + random.nextInt(255)));
					default -> body.insert(at, body.substring(at));
				}
			}
			bodies.add(body.toString());
		}
		return bodies.stream()
			.map((body) -> body
				.getBytes((body.length() % 3 == 0) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
	}

	@Test
	void repeatsNothingOfAMalformedCredential() throws IOException {
		List<byte[]> mutations = mutations().toList();
		assertThat(mutations).hasSizeGreaterThanOrEqualTo(200);
		for (byte[] body : mutations) {
			String answer = raw(body);
			if (!answer.startsWith("HTTP/1.1 200")) {
				assertThat(answer).startsWith("HTTP/1.1 4");
				String shown = answer.substring(answer.indexOf("\r\n\r\n"));
				// The first characters are those of every simulated key, no secret.
				for (int i = "sk-sim-".length(); i + 4 <= SECRET.length(); i++) {
					assertThat(shown).doesNotContain(SECRET.substring(i, i + 4));
				}
			}
		}
	}

	private String raw(byte[] body) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), keys.port())) {
			socket.getOutputStream()
				.write(("PUT /api/users/me/provider-keys/openai HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
						+ "Content-Type: application/json\r\nContent-Length: " + body.length
						+ "\r\nAuthorization: Bearer " + this.person.key() + "\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			socket.getOutputStream().write(body);
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
		}
	}

	@ParameterizedTest
	@MethodSource("emptyBodies")
	void namesTheFormatForAMissingKey(String body) {
		Answer answer = keys.call("PUT", "/api/users/me/provider-keys/openai", body, this.person.key());
		assertThat(answer.status()).isEqualTo(400);
	}

	static Stream<String> emptyBodies() {
		return Stream.of("", "{}", "null", "{\"apiKey\":null}", "{\"apiKey\":\"\"}", "{\"apiKey\":7}");
	}

	@Test
	void tellsTheOthersWithinASecondWithoutASecret() {
		save("openai", SECRET);
		String id = reveal("openai").get("credentialId").asString();
		await().until(() -> Topic.values("tallygate.keys.v1")
			.stream()
			.anyMatch((event) -> event.contains("provider-key.saved") && event.contains(id)));
		assertThat(String.join("\n", Topic.values("tallygate.keys.v1"))).doesNotContain(SECRET.substring(8))
			.doesNotContain("tg_dev_" + this.person.key().substring(7));
	}

	private Answer save(String provider, String key) {
		return keys.call("PUT", "/api/users/me/provider-keys/" + provider, "{\"apiKey\":\"" + key + "\"}",
				this.person.key());
	}

	private JsonNode reveal(String provider) {
		return keys.reveal(this.person.key(), provider).json();
	}

	private static void report(JsonNode release, int version) {
		Answer answer = keys.internal("POST", "/internal/provider-keys/report",
				"{\"credentialId\":\"" + release.get("credentialId").asString() + "\",\"version\":" + version + "}");
		assertThat(answer.status()).isEqualTo(204);
	}

	private static String originOf(String provider) {
		return KeyService.simulator().baseUrl(provider).replaceAll("(https?://[^/]+).*", "$1");
	}

}
