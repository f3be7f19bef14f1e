package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.keys.KeyService.Answer;
import dev.tallygate.keys.KeyService.Person;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class KeyServiceTests {

	private static KeyService keys = KeyService.shared();

	@Test
	void welcomesANewUserWithADefaultKey() {
		Answer answer = keys.call("POST", "/api/users", "{\"email\":\"ann-1@example.org\",\"displayName\":\"Ann\"}",
				KeyService.ADMIN_KEY);
		assertThat(answer.status()).isEqualTo(201);
		JsonNode user = answer.json().get("user");
		assertThat(user.propertyNames()).containsExactlyInAnyOrder("id", "email", "displayName", "role", "createdAt");
		assertThat(user.get("role").asString()).isEqualTo("member");
		assertThat(Instant.parse(user.get("createdAt").asString())).isBefore(Instant.now().plusSeconds(1));
		JsonNode key = answer.json().get("apiKey");
		assertThat(key.get("name").asString()).isEqualTo("default");
		assertThat(key.get("keyType").asString()).isEqualTo("dev");
		assertThat(key.get("secret").asString()).startsWith("tg_dev_").startsWith(key.get("keyPrefix").asString());
		assertThat(key.get("keyPrefix").asString()).hasSize(12);
		assertThat(keys.get("/api/users/me", key.get("secret").asString()).json().get("email").asString())
			.isEqualTo("ann-1@example.org");
	}

	@Test
	void refusesATakenEmailWhateverItsCase() {
		keys.call("POST", "/api/users", "{\"email\":\"bob@example.org\"}", KeyService.ADMIN_KEY);
		Answer again = keys.call("POST", "/api/users", "{\"email\":\"BOB@example.org\"}", KeyService.ADMIN_KEY);
		assertThat(again.status()).isEqualTo(409);
		assertThat(again.code()).isEqualTo("email_taken");
	}

	@Test
	void listsKeysWithoutSecretOrHash() {
		Person person = keys.member();
		keys.call("POST", "/api/users/me/keys", "{\"name\":\"ci\",\"keyType\":\"prod\"}", person.key());
		JsonNode first = keys.get("/api/users/me/keys?limit=1", person.key()).json();
		assertThat(first.at("/data/0/name").asString()).isEqualTo("ci");
		assertThat(first.at("/data/0").propertyNames()).containsExactlyInAnyOrder("id", "name", "keyPrefix", "keyType",
				"createdAt", "expiresAt", "lastUsedAt", "revokedAt", "allowedModels", "tags");
		JsonNode second = keys
			.get("/api/users/me/keys?limit=1&cursor=" + first.get("nextCursor").asString(), person.key())
			.json();
		assertThat(second.at("/data/0/name").asString()).isEqualTo("default");
		assertThat(second.get("nextCursor").isNull()).isTrue();
	}

	@Test
	void refusesATakenNameUntilTheKeyIsRevoked() {
		Person person = keys.member();
		assertThat(keys.call("POST", "/api/users/me/keys", "{\"name\":\"default\"}", person.key()).code())
			.isEqualTo("name_taken");
		Answer other = keys.call("POST", "/api/users/me/keys", "{\"name\":\"other\"}", person.key());
		String id = other.json().get("id").asString();
		assertThat(keys.call("DELETE", "/api/users/me/keys/" + id, null, person.key()).status()).isEqualTo(204);
		assertThat(keys.call("POST", "/api/users/me/keys", "{\"name\":\"other\"}", person.key()).status())
			.isEqualTo(201);
	}

	@Test
	void refusesARevokedKeyAtOnce() {
		Person person = keys.member();
		assertThat(keys.introspect(person.key()).json().get("active").asBoolean()).isTrue();
		keys.call("DELETE", "/api/users/me/keys/" + person.keyId(), null, person.key());
		assertThat(keys.get("/api/users/me", person.key()).status()).isEqualTo(401);
		assertThat(keys.introspect(person.key()).body()).isEqualTo("{\"active\":false}");
		assertThat(
				keys.call("DELETE", "/api/users/" + person.id() + "/keys/" + person.keyId(), null, KeyService.ADMIN_KEY)
					.status())
			.isEqualTo(204);
	}

	@Test
	void tellsWhoPresentsAKey() {
		Person person = keys.member();
		Instant expiry = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
		String secret = keys
			.call("POST", "/api/users/me/keys",
					"{\"name\":\"few\",\"keyType\":\"prod\",\"allowedModels\":[\"openai:gpt-4o\"],\"expiresAt\":\""
							+ expiry + "\"}",
					person.key())
			.json()
			.get("secret")
			.asString();
		JsonNode answer = keys.introspect(secret).json();
		assertThat(answer.get("active").asBoolean()).isTrue();
		assertThat(answer.get("sub").asString()).isEqualTo(person.id());
		assertThat(answer.get("user_id").asString()).isEqualTo(person.id());
		assertThat(answer.get("key_type").asString()).isEqualTo("prod");
		assertThat(answer.get("role").asString()).isEqualTo("member");
		assertThat(answer.at("/allowed_models/0").asString()).isEqualTo("openai:gpt-4o");
		assertThat(answer.get("exp").asLong()).isEqualTo(expiry.getEpochSecond());
	}

	@Test
	void letsTheOldSecretDieAfterTheOverlap() throws Exception {
		Person person = keys.member();
		String path = "/api/users/me/keys/" + person.keyId() + "/rotate";
		Answer rotated = keys.call("POST", path, "{\"overlapSeconds\":3600}", person.key());
		assertThat(rotated.status()).isEqualTo(201);
		String second = rotated.json().get("secret").asString();
		assertThat(rotated.json().get("id").asString()).isEqualTo(person.keyId());
		assertThat(keys.introspect(person.key()).json().get("exp").asLong())
			.isBetween(Instant.now().getEpochSecond() + 3500, Instant.now().getEpochSecond() + 3600);
		assertThat(keys.introspect(second).json().has("exp")).isFalse();
		String third = keys.call("POST", path, null, second).json().get("secret").asString();
		assertThat(keys.introspect(second).json().get("active").asBoolean()).isFalse();
		assertThat(keys.introspect(person.key()).json().get("active").asBoolean()).isFalse();
		assertThat(keys.introspect(third).json().get("active").asBoolean()).isTrue();
	}

	@Test
	void showsTheProvidersInOrder() {
		JsonNode providers = keys.get("/api/providers", keys.member().key()).json();
		assertThat(providers.findValuesAsString("name")).containsExactly("openai", "anthropic", "ollama", "manus");
		assertThat(providers.get(0).get("hasSystemKey").asBoolean()).isTrue();
		assertThat(providers.get(0).has("baseUrl")).isFalse();
		JsonNode located = keys.internal("GET", "/internal/providers", null).json();
		assertThat(located.get(0).get("baseUrl").asString()).startsWith("http://127.0.0.1");
		assertThat(located.get(2).get("needsKey").asBoolean()).isFalse();
		assertThat(located.get(0).get("displayName").asString()).isEqualTo("OpenAI");
		assertThat(texts(located.get(0).get("wires"))).containsExactly("chat", "responses", "embeddings");
		assertThat(texts(located.get(1).get("wires"))).containsExactly("messages");
		assertThat(texts(located.get(2).get("wires"))).containsExactly("chat", "embeddings");
		assertThat(located.get(0).get("onDisconnect").asString()).isEqualTo("cancel");
		assertThat(texts(located.get(3).get("usageQuirks"))).containsExactly("reasoning-outside");
		assertThat(located.get(0).has("validation")).isFalse();
	}

	private static List<String> texts(JsonNode array) {
		return array.valueStream().map(JsonNode::asString).toList();
	}

	@Test
	void revealsTheSystemKeyTogetherWithItsDestination() {
		JsonNode release = keys.reveal(keys.member().key(), "openai").json();
		assertThat(release.get("credential").asString()).isEqualTo("system");
		assertThat(release.get("apiKey").asString()).isEqualTo(KeyService.SYSTEM_KEY);
		assertThat(release.get("baseUrl").asString()).isEqualTo(KeyService.simulator().baseUrl("openai").toString());
		assertThat(release.get("dialect").asString()).isEqualTo("openai");
		assertThat(release.get("version").asInt()).isEqualTo(1);
		assertThat(release.get("expiresInSeconds").asInt()).isEqualTo(30);
	}

	@Test
	void revealsNothingButTheAddressWhereNoKeyIsNeeded() {
		JsonNode release = keys.reveal(keys.member().key(), "ollama").json();
		assertThat(release.get("credential").asString()).isEqualTo("none");
		assertThat(release.get("apiKey").isNull()).isTrue();
		assertThat(keys.reveal(keys.member().key(), "anthropic").code()).isEqualTo("provider_key_missing");
		assertThat(keys.reveal("tg_dev_nonsense", "openai").status()).isEqualTo(404);
	}

	@Test
	void savesAProviderKeySealedAndShowsItMasked() {
		Person person = keys.member();
		Answer saved = keys.call("PUT", "/api/users/me/provider-keys/openai",
				"{\"apiKey\":\"sk-sim-own-abcdefghijklmnop\"}", person.key());
		assertThat(saved.status()).isEqualTo(200);
		assertThat(saved.json().propertyNames()).containsExactlyInAnyOrder("success", "provider", "maskedKey",
				"isValid", "lastValidatedAt");
		assertThat(saved.json().get("maskedKey").asString()).isEqualTo("sk-sim-...mnop");
		assertThat(saved.json().get("isValid").asBoolean()).isTrue();
		JsonNode release = keys.reveal(person.key(), "openai").json();
		assertThat(release.get("credential").asString()).isEqualTo("user");
		assertThat(release.get("apiKey").asString()).isEqualTo("sk-sim-own-abcdefghijklmnop");
		JsonNode list = keys.get("/api/users/me/provider-keys", person.key()).json();
		assertThat(list.get(0).propertyNames()).containsExactlyInAnyOrder("id", "provider", "maskedKey", "isValid",
				"lastValidatedAt", "createdAt", "updatedAt");
		JsonNode status = keys.get("/api/users/me/provider-keys/anthropic", person.key()).json();
		assertThat(status.get("hasApiKey").asBoolean()).isFalse();
		assertThat(keys.call("DELETE", "/api/users/me/provider-keys/openai", null, person.key()).body())
			.isEqualTo("{\"success\":true}");
		assertThat(keys.call("DELETE", "/api/users/me/provider-keys/openai", null, person.key()).status())
			.isEqualTo(404);
		assertThat(keys.reveal(person.key(), "openai").json().get("credential").asString()).isEqualTo("system");
	}

}
