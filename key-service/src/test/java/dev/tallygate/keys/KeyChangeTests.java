package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.keys.KeyService.Answer;
import dev.tallygate.keys.KeyService.Person;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class KeyChangeTests {

	private static KeyService keys = KeyService.shared();

	private final Person person = keys.member();

	private final String path = "/api/users/me/keys/" + this.person.keyId();

	@Test
	void changesNameModelsEndAndTagsWithoutANewSecret() {
		Instant end = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
		Answer changed = patch("{\"name\":\"ci\",\"allowedModels\":[\"openai:*\"],\"expiresAt\":\"" + end
				+ "\",\"tags\":{\"team\":\"search\",\"env\":\"prod\"}}");
		assertThat(changed.status()).as(changed.body()).isEqualTo(200);
		assertThat(changed.json().has("secret")).isFalse();
		JsonNode known = keys.introspect(this.person.key()).json();
		assertThat(known.at("/allowed_models/0").asString()).isEqualTo("openai:*");
		assertThat(known.get("exp").asLong()).isEqualTo(end.getEpochSecond());
		assertThat(known.at("/tags/team").asString()).isEqualTo("search");
		assertThat(changed.json().get("name").asString()).isEqualTo("ci");
		JsonNode listed = keys.get("/api/users/me/keys", this.person.key()).json().at("/data/0");
		assertThat(listed.at("/tags/env").asString()).isEqualTo("prod");
	}

	@Test
	void showsOneKeyAsTheListDoesToNobodyElse() {
		Answer one = keys.get(this.path, this.person.key());
		assertThat(one.status()).isEqualTo(200);
		assertThat(one.json()).isEqualTo(keys.get("/api/users/me/keys", this.person.key()).json().at("/data/0"));
		Answer foreign = keys.get(this.path, keys.member().key());
		assertThat(foreign.status()).isEqualTo(404);
		assertThat(foreign.body())
			.isEqualTo(keys.get("/api/users/me/keys/" + UUID.randomUUID(), this.person.key()).body());
	}

	@Test
	void keepsWhatIsAbsentAndClearsWhatIsNull() {
		patch("{\"allowedModels\":[\"openai:gpt-4o\"],\"tags\":{\"team\":\"search\"}}", KeyService.ADMIN_KEY);
		patch("{\"name\":\"other\"}", KeyService.ADMIN_KEY);
		JsonNode known = keys.introspect(this.person.key()).json();
		assertThat(known.at("/allowed_models/0").asString()).isEqualTo("openai:gpt-4o");
		assertThat(known.at("/tags/team").asString()).isEqualTo("search");
		patch("{\"allowedModels\":null,\"tags\":null}", KeyService.ADMIN_KEY);
		known = keys.introspect(this.person.key()).json();
		assertThat(known.has("allowed_models")).isFalse();
		assertThat(known.has("tags")).isFalse();
	}

	@Test
	void namesTheModelsThatNothingKnows() {
		JsonNode key = keys
			.call("POST", "/api/users/me/keys",
					"{\"name\":\"m\",\"allowedModels\":[\"openai:gpt-*\",\"opnai:gpt-4o\",\"*\",\"gpt-4o\"]}",
					this.person.key())
			.json();
		assertThat(key.get("unknownModels").valueStream().map(JsonNode::asString)).containsExactly("opnai:gpt-4o");
		assertThat(keys.call("POST", "/api/users/me/keys", "{\"name\":\"n\"}", this.person.key())
			.json()
			.has("unknownModels")).isFalse();
	}

	@Test
	void takesTagsAtCreation() {
		Answer answer = keys.call("POST", "/api/users/me/keys", "{\"name\":\"t\",\"tags\":{\"team\":\"search\"}}",
				this.person.key());
		assertThat(answer.status()).isEqualTo(201);
		assertThat(keys.introspect(answer.json().get("secret").asString()).json().at("/tags/team").asString())
			.isEqualTo("search");
	}

	@Test
	void refusesWhatNoKeyMayHave() {
		for (String body : List.of("{\"name\":\"\"}", "{\"expiresAt\":\"2020-01-01T00:00:00Z\"}",
				"{\"allowedModels\":[\"\"]}", "{\"tags\":{\"Team\":\"a\"}}", "{\"tags\":{\"a\":\"b,c\"}}",
				"{\"tags\":{\"a\":\"\"}}", "{\"tags\":{\"a\":1}}", "{\"tags\":[]}",
				"{\"tags\":{\"a\":\"1\",\"b\":\"1\",\"c\":\"1\",\"d\":\"1\",\"e\":\"1\",\"f\":\"1\",\"g\":\"1\","
						+ "\"h\":\"1\",\"i\":\"1\"}}",
				"{\"keyType\":\"prod\"}", "{\"revokedAt\":null}")) {
			assertThat(patch(body).status()).as(body).isEqualTo(400);
		}
		keys.call("POST", "/api/users/me/keys", "{\"name\":\"taken\"}", this.person.key());
		assertThat(patch("{\"name\":\"taken\"}").code()).isEqualTo("name_taken");
		assertThat(keys.call("PATCH", "/api/users/me/keys/" + UUID.randomUUID(), "{\"name\":\"x\"}", this.person.key())
			.status()).isEqualTo(404);
	}

	@Test
	void changesNoRevokedKeyAndNotTheOperators() {
		String other = keys.call("POST", "/api/users/me/keys", "{\"name\":\"o\"}", this.person.key())
			.json()
			.get("id")
			.asString();
		keys.call("DELETE", "/api/users/me/keys/" + other, null, this.person.key());
		assertThat(keys.call("PATCH", "/api/users/me/keys/" + other, "{\"name\":\"x\"}", this.person.key()).code())
			.isEqualTo("key_not_usable");
		assertThat(keys
			.call("PATCH", "/api/users/me/keys/00000000-0000-7000-8000-000000000001", "{\"name\":\"x\"}",
					KeyService.ADMIN_KEY)
			.code()).isEqualTo("bootstrap_key");
	}

	@Test
	void letsNoRestrictedKeyMakeOrChangeOneThatMayDoMore() {
		String limited = issue("{\"name\":\"few\",\"allowedModels\":[\"openai:gpt-*\"]}", this.person.key());
		String other = "/api/users/me/keys/" + this.person.keyId();
		for (String models : List.of("", ",\"allowedModels\":null", ",\"allowedModels\":[\"openai:*\"]",
				",\"allowedModels\":[\"openai:gpt-4o\",\"anthropic:claude-sonnet-4\"]", ",\"allowedModels\":[\"*\"]")) {
			assertRestricted(keys.call("POST", "/api/users/me/keys", "{\"name\":\"more\"" + models + "}", limited));
		}
		assertRestricted(keys.call("POST", other + "/rotate", null, limited));
		assertRestricted(keys.call("PATCH", other, "{\"name\":\"mine\"}", limited));
		String own = "/api/users/me/keys/" + keys.introspect(limited).json().get("api_key_id").asString();
		assertRestricted(keys.call("PATCH", own, "{\"allowedModels\":null}", limited));
		assertThat(keys.call("PATCH", own, "{\"allowedModels\":[\"openai:gpt-4o\"]}", limited).status()).isEqualTo(200);
		assertThat(keys
			.call("POST", "/api/users/me/keys", "{\"name\":\"less\",\"allowedModels\":[\"openai/gpt-4o\"]}", limited)
			.status()).isEqualTo(201);
		assertThat(keys.call("POST", own + "/rotate", null, limited).status()).isEqualTo(201);
	}

	@Test
	void letsNoRestrictedKeyTouchAnotherOneHoweverLittleThatMayDo() {
		String limited = issue("{\"name\":\"few\",\"allowedModels\":[\"openai:gpt-*\"]}", this.person.key());
		String less = issue("{\"name\":\"less\",\"allowedModels\":[\"openai:gpt-4o\"]}", this.person.key());
		String other = "/api/users/me/keys/" + keys.introspect(less).json().get("api_key_id").asString();
		assertRestricted(keys.call("POST", other + "/rotate", null, limited));
		assertRestricted(keys.call("PATCH", other, "{\"name\":\"mine\"}", limited));
		assertRestricted(keys.call("DELETE", other, null, limited));
		assertThat(keys.introspect(less).json().get("active").asBoolean()).isTrue();
	}

	@Test
	void saysWhatIsWrongBeforeComparingItWithWhatTheKeyMay() {
		String limited = issue("{\"name\":\"few\",\"allowedModels\":[\"openai:gpt-*\"]}", this.person.key());
		String own = "/api/users/me/keys/" + keys.introspect(limited).json().get("api_key_id").asString();
		for (String models : List.of("[null]", "[\"\"]", "[\"openai:gpt-4o\",null]")) {
			String body = "{\"name\":\"a\",\"allowedModels\":" + models + "}";
			assertThat(keys.call("POST", "/api/users/me/keys", body, limited).status()).as(models).isEqualTo(400);
			assertThat(keys.call("PATCH", own, body, limited).status()).as(models).isEqualTo(400);
		}
	}

	@Test
	void letsNoKeyThatDiesMakeOneThatOutlivesIt() {
		Instant end = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
		String brief = issue("{\"name\":\"brief\",\"expiresAt\":\"" + end + "\"}", this.person.key());
		assertRestricted(keys.call("POST", "/api/users/me/keys", "{\"name\":\"a\"}", brief));
		assertRestricted(keys.call("POST", "/api/users/me/keys",
				"{\"name\":\"a\",\"expiresAt\":\"" + end.plusSeconds(1) + "\"}", brief));
		assertThat(keys.call("POST", "/api/users/me/keys", "{\"name\":\"a\",\"expiresAt\":\"" + end + "\"}", brief)
			.status()).isEqualTo(201);
		assertRestricted(keys.call("POST", this.path + "/rotate", null, brief));
		// A replaced secret lives on for a while, but not by making itself a new one.
		keys.call("POST", this.path + "/rotate", "{\"overlapSeconds\":3600}", this.person.key());
		assertRestricted(keys.call("POST", this.path + "/rotate", null, this.person.key()));
	}

	@Test
	void letsNoRestrictedAdministratorMakeAccounts() {
		String models = issue("{\"name\":\"m\",\"allowedModels\":[\"openai:*\"]}", keys.admin().key());
		assertRestricted(
				keys.call("POST", "/api/users", "{\"email\":\"" + UUID.randomUUID() + "@example.org\"}", models));
		Instant end = Instant.now().plus(1, ChronoUnit.HOURS);
		String brief = issue("{\"name\":\"b\",\"expiresAt\":\"" + end + "\"}", keys.admin().key());
		assertRestricted(keys.call("POST", "/api/users",
				"{\"email\":\"" + UUID.randomUUID() + "@example.org\",\"role\":\"admin\"}", brief));
		assertRestricted(keys.call("PATCH", "/api/users/" + this.person.id(), "{\"role\":\"admin\"}", brief));
		assertThat(keys.call("POST", "/api/users", "{\"email\":\"" + UUID.randomUUID() + "@example.org\"}", brief)
			.status()).isEqualTo(201);
	}

	private static void assertRestricted(Answer answer) {
		assertThat(answer.status()).as(answer.body()).isEqualTo(403);
		assertThat(answer.code()).isEqualTo("key_restricted");
	}

	@Test
	void listsTheLiveSecretsAndEndsOne() {
		String current = this.person.key();
		for (int i = 0; i < 4; i++) {
			current = keys.call("POST", this.path + "/rotate", "{\"overlapSeconds\":3600}", current)
				.json()
				.get("secret")
				.asString();
		}
		JsonNode secrets = keys.get(this.path + "/secrets", current).json().get("data");
		assertThat(secrets).hasSize(5);
		assertThat(secrets.get(0).propertyNames()).containsExactlyInAnyOrder("id", "keyPrefix", "createdAt", "diesAt",
				"current");
		assertThat(secrets.get(0).get("current").asBoolean()).isTrue();
		assertThat(secrets.get(0).get("diesAt").isNull()).isTrue();
		assertThat(current).startsWith(secrets.get(0).get("keyPrefix").asString());
		assertThat(Instant.parse(secrets.get(4).get("diesAt").asString())).isAfter(Instant.now());
		String first = idOfPrefix(secrets, this.person.key());
		assertThat(keys.call("DELETE", this.path + "/secrets/" + first, null, current).status()).isEqualTo(204);
		assertThat(keys.introspect(this.person.key()).body()).isEqualTo("{\"active\":false}");
		assertThat(keys.get(this.path + "/secrets", current).json().get("data")).hasSize(4);
		assertThat(keys.call("DELETE", this.path + "/secrets/" + first, null, current).status()).isEqualTo(404);
		assertThat(keys.call("DELETE", this.path + "/secrets/" + secrets.get(0).get("id").asString(), null, current)
			.code()).isEqualTo("current_secret");
		assertThat(keys.call("DELETE", this.path + "/secrets/nonsense", null, current).status()).isEqualTo(404);
	}

	@Test
	void listsTheLiveSecretsPageByPage() {
		String current = this.person.key();
		for (int i = 0; i < 4; i++) {
			current = keys.call("POST", this.path + "/rotate", "{\"overlapSeconds\":3600}", current)
				.json()
				.get("secret")
				.asString();
		}
		List<String> found = new ArrayList<>();
		String cursor = "";
		do {
			JsonNode page = keys.get(this.path + "/secrets?limit=2&cursor=" + cursor, current).json();
			assertThat(page.get("data").size()).isBetween(1, 2);
			found.addAll(page.get("data").findValuesAsString("id"));
			cursor = page.get("nextCursor").asString("");
		}
		while (!cursor.isEmpty());
		assertThat(found).containsExactlyElementsOf(
				keys.get(this.path + "/secrets", current).json().get("data").findValuesAsString("id"));
		assertThat(found).hasSize(5);
		for (String wrong : List.of("limit=0", "limit=501", "cursor=x")) {
			assertThat(keys.get(this.path + "/secrets?" + wrong, current).status()).as(wrong).isEqualTo(400);
		}
	}

	private static String idOfPrefix(JsonNode secrets, String key) {
		for (JsonNode secret : secrets) {
			if (key.startsWith(secret.get("keyPrefix").asString())) {
				return secret.get("id").asString();
			}
		}
		throw new AssertionError("no such secret");
	}

	private static String issue(String body, String key) {
		Answer answer = keys.call("POST", "/api/users/me/keys", body, key);
		assertThat(answer.status()).as(answer.body()).isEqualTo(201);
		return answer.json().get("secret").asString();
	}

	private Answer patch(String body) {
		return patch(body, this.person.key());
	}

	private Answer patch(String body, String key) {
		return keys.call("PATCH", "/api/users/" + this.person.id() + "/keys/" + this.person.keyId(), body, key);
	}

}
