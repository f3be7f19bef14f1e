package dev.tallygate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.launcher.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * What budget-service decides gets into the audit chain, which is key-service's: who
 * changed what, from what to what.
 */
@EnabledIfSystemProperty(named = "tallygate.system.limit-rounds", matches = "[1-9][0-9]*")
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
		await(tallygate, user.id(), "credits.granted", "", null);
		assertThat(tallygate.admin(Service.KEYS).get("/api/audit/verify").get("whole").booleanValue()).isTrue();
	}

	/** The entry of this action in which the field has this value now. */
	private static JsonNode await(Tallygate tallygate, String user, String action, String field,
			@Nullable String value) {
		Api keys = tallygate.admin(Service.KEYS);
		return Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			List<JsonNode> found = new ArrayList<>();
			for (JsonNode entry : keys.get("/api/users/" + user + "/audit?limit=100").get("data")) {
				if (entry.get("action").stringValue().equals(action) && isNow(entry, field, value)) {
					found.add(entry);
				}
			}
			return found;
		}, (found) -> !found.isEmpty()).getFirst();
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
