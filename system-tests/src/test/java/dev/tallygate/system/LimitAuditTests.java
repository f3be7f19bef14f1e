package dev.tallygate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.launcher.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * What budget-service decides gets into the audit chain, which is key-service's: who
 * changed what, from what to what.
 */
@ExtendWith(TallygateExtension.class)
class LimitAuditTests {

	@Test
	void everyChangeOfALimitIsInTheChainWithWhoAndFromWhatToWhat(Tallygate tallygate) {
		Tallygate.User user = tallygate.newUser();
		Api own = user.at(tallygate, Service.BUDGET);
		Api admin = tallygate.admin(Service.BUDGET);
		String key = user.at(tallygate, Service.KEYS).get("/api/users/me/keys").at("/data/0/id").stringValue();
		String adminId = tallygate.admin(Service.KEYS).get("/api/users/me").get("id").stringValue();
		own.expect(200, "PATCH", "/api/users/me/budget", "{\"monthlyBudgetCents\":500}");
		own.expect(200, "PATCH", "/api/users/me/budget", "{\"monthlyBudgetCents\":null}");
		admin.expect(200, "PATCH", "/api/users/" + user.id() + "/budget", "{\"ceilingCents\":900}");
		own.expect(200, "PUT", "/api/users/me/keys/" + key + "/budget",
				"{\"limitCents\":7,\"period\":\"day\",\"enforcement\":\"hard\"}");
		own.expect(204, "DELETE", "/api/users/me/keys/" + key + "/budget", "");
		admin.expect(201, "POST", "/api/users/" + user.id() + "/credits",
				"{\"amount\":25,\"reason\":\"sorry\",\"idempotencyKey\":\"" + UUID.randomUUID() + "\"}");

		JsonNode changed = await(tallygate, user.id(), "budget.changed", "monthlyBudgetCents", "500");
		assertThat(changed.get("actorUserId").stringValue()).isEqualTo(user.id());
		assertThat(changed.get("actorKeyId").stringValue()).isEqualTo(key);
		assertThat(changed.get("actorService").stringValue()).isEqualTo("budget");
		assertThat(changed.at("/old/monthlyBudgetCents").isNull()).isTrue();
		JsonNode removed = await(tallygate, user.id(), "budget.changed", "monthlyBudgetCents", null);
		assertThat(removed.at("/old/monthlyBudgetCents").intValue()).isEqualTo(500);
		JsonNode ceiling = await(tallygate, user.id(), "budget.changed", "ceilingCents", "900");
		assertThat(ceiling.get("actorUserId").stringValue()).isEqualTo(adminId);
		assertThat(ceiling.get("userId").stringValue()).isEqualTo(user.id());
		JsonNode ofKey = await(tallygate, user.id(), "key-budget.changed", "limitCents", "7");
		assertThat(ofKey.get("keyId").stringValue()).isEqualTo(key);
		assertThat(await(tallygate, user.id(), "key-budget.removed", "", null).at("/old/limitCents").intValue())
			.isEqualTo(7);
		JsonNode granted = await(tallygate, user.id(), "credits.granted", "amount", "25");
		assertThat(granted.at("/new/creditsGranted").intValue() - granted.at("/old/creditsGranted").intValue())
			.isEqualTo(25);
		assertThat(tallygate.admin(Service.KEYS).get("/api/audit/verify").get("whole").booleanValue()).isTrue();
	}

	@Test
	void everyChangeOfWhatAllShareIsInTheChainAndNoSecretIs(Tallygate tallygate) {
		Api admin = tallygate.admin(Service.BUDGET);
		String adminId = tallygate.admin(Service.KEYS).get("/api/users/me").get("id").stringValue();
		admin.expect(200, "PUT", "/api/budgets/installation", "{\"limitCents\":987654321,\"enforcement\":\"soft\"}");
		admin.expect(204, "DELETE", "/api/budgets/installation", "");
		JsonNode webhook = admin.expect(201, "POST", "/api/webhooks",
				"{\"url\":\"https://93.184.215.14/hook-canary\",\"enabled\":false}");
		String path = "/api/webhooks/" + webhook.get("id").stringValue();
		String rotated = admin.expect(200, "POST", path + "/rotate-secret", "").get("secret").stringValue();
		admin.expect(204, "DELETE", path, "");

		JsonNode limit = await(() -> entries(tallygate, "/api/audit"), "installation-budget.changed", "limitCents",
				"987654321");
		assertThat(limit.get("actorUserId").stringValue()).isEqualTo(adminId);
		assertThat(limit.get("subject").stringValue()).isEqualTo("installation");
		assertThat(await(() -> entries(tallygate, "/api/audit"), "installation-budget.changed", "limitCents", null)
			.at("/old/limitCents")
			.intValue()).isEqualTo(987_654_321);
		for (String action : List.of("webhook.created", "webhook.secret-rotated", "webhook.deleted")) {
			List<JsonNode> about = Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.until(() -> entries(tallygate, "/api/audit").stream()
					.filter((entry) -> entry.get("action").stringValue().equals(action)
							&& entry.path("subject").asString("").equals(webhook.get("id").stringValue()))
					.toList(), (found) -> !found.isEmpty());
			assertThat(about).singleElement()
				.satisfies((entry) -> assertThat(entry.toString()).contains("93.184.215.14")
					.doesNotContain("hook-canary")
					.doesNotContain(webhook.get("secret").stringValue())
					.doesNotContain(rotated));
		}
	}

	/** The entry of this action in which the field has this value now. */
	private static JsonNode await(Tallygate tallygate, String user, String action, String field,
			@Nullable String value) {
		return await(() -> entries(tallygate, "/api/users/" + user + "/audit"), action, field, value);
	}

	private static JsonNode await(Callable<List<JsonNode>> entries, String action, String field,
			@Nullable String value) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> entries.call()
				.stream()
				.filter((entry) -> entry.get("action").stringValue().equals(action) && isNow(entry, field, value))
				.toList(), (found) -> !found.isEmpty())
			.getFirst();
	}

	private static List<JsonNode> entries(Tallygate tallygate, String path) {
		List<JsonNode> entries = new ArrayList<>();
		tallygate.admin(Service.KEYS).get(path + "?limit=100").get("data").forEach(entries::add);
		return entries;
	}

	private static boolean isNow(JsonNode entry, String field, @Nullable String value) {
		if (field.isEmpty()) {
			return true;
		}
		JsonNode now = entry.at("/new/" + field);
		JsonNode before = entry.at("/old/" + field);
		return (value != null) ? now.asString("").equals(value)
				: now.isNull() && !before.isNull() && !before.isMissingNode();
	}

}
