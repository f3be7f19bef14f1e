package dev.tallygate.budgets.webhook;

import dev.tallygate.budgets.webhook.Webhooks.Delivery;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An alert as a message that Slack, Mattermost and their like show.
 */
final class SlackMessage {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final int CENTS = 2;

	private static final int NANOS = 9;

	private SlackMessage() {
	}

	static byte[] of(Delivery delivery) {
		JsonNode data = JSON.readTree(delivery.event()).path("data");
		return JSON.writeValueAsString(Map.of("text", text(delivery.type(), data))).getBytes(StandardCharsets.UTF_8);
	}

	private static String text(String type, JsonNode data) {
		return switch (type) {
			case "budget.threshold-crossed" ->
				whose(data) + " has reached " + data.path("threshold").asInt() + " % of " + limit(data) + spent(data);
			case "budget.exceeded" -> whose(data) + " has spent all of " + limit(data) + spent(data);
			case "budget.call-refused" -> "A call of " + whose(data) + " was refused: it needed more than is left of "
					+ limit(data) + spent(data);
			case "credits.exhausted" ->
				whose(data) + " has no credits left (" + data.path("limitCents").asLong() + " were there).";
			case "calls.repeating" -> whose(data) + " sends the same prompt again and again: "
					+ data.path("count").asInt() + " times a minute.";
			case "model.unpriced" -> "The model " + escaped(data.path("provider").asString("")) + ':'
					+ escaped(data.path("model").asString("")) + " has no price and was called.";
			case "system-key.rejected" ->
				"The provider " + escaped(data.path("provider").asString("")) + " does not accept the system key.";
			case Webhook.TEST -> "A test of Tallygate's webhooks. It works.";
			default -> "Tallygate: " + type;
		};
	}

	private static String whose(JsonNode data) {
		if (data.path("apiKeyId").isString()) {
			return "API key `" + data.path("apiKeyId").stringValue() + '`';
		}
		return "installation".equals(data.path("limit").asString("")) ? "The installation"
				: "User `" + data.path("userId").asString("") + '`';
	}

	private static String limit(JsonNode data) {
		return '$' + BigDecimal.valueOf(data.path("limitCents").asLong(), CENTS).toPlainString() + " for "
				+ data.path("window").asString(data.path("period").asString(""));
	}

	private static String spent(JsonNode data) {
		return " (spent: $"
				+ BigDecimal.valueOf(data.path("spentNanos").asLong(), NANOS).stripTrailingZeros().toPlainString()
				+ ").";
	}

	/** Names come from callers; what has a meaning to Slack is written out. */
	private static String escaped(String name) {
		return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("`", "'");
	}

}
