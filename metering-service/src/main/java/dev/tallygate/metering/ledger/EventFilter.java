package dev.tallygate.metering.ledger;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a month are asked for; what is null does not matter.
 *
 * @param tagName with a tag of this name
 * @param tagValue and this value
 */
public record EventFilter(@Nullable String provider, @Nullable String model, @Nullable UUID apiKeyId,
		@Nullable UUID agentId, @Nullable String status, @Nullable String tagName, @Nullable String tagValue) {

	private static final String COMPLETED = "completed";

	/** All of them. */
	public static final EventFilter ALL = new EventFilter(null, null, null, null, null, null, null);

	/** SQL to follow other conditions; adds its parameters. */
	String conditions(List<Object> parameters) {
		StringBuilder sql = new StringBuilder(dimensions(parameters));
		if (this.status != null) {
			// Said as well, so that the index of those that ended otherwise can be used.
			sql.append(COMPLETED.equals(this.status) ? "" : " AND status <> '" + COMPLETED + "'")
				.append(" AND status = ?");
			parameters.add(this.status);
		}
		if (this.tagName != null && this.tagValue != null) {
			sql.append(" AND tags ->> ? = ?");
			parameters.add(this.tagName);
			parameters.add(this.tagValue);
		}
		return sql.toString();
	}

	/**
	 * The same about {@code usage_daily}, as far as it can tell: without a row of it that
	 * these hold for there is no such event.
	 */
	String dailyConditions(List<Object> parameters) {
		return dimensions(parameters) + ("failed".equals(this.status) ? " AND failed_requests > 0" : "");
	}

	private String dimensions(List<Object> parameters) {
		Map<String, Object> equal = new TreeMap<>();
		put(equal, "provider = ?", this.provider);
		put(equal, "model = ?", this.model);
		put(equal, "api_key_id = ?", this.apiKeyId);
		put(equal, "agent_id = ?", this.agentId);
		StringBuilder sql = new StringBuilder();
		equal.forEach((condition, value) -> {
			sql.append(" AND ").append(condition);
			parameters.add(value);
		});
		return sql.toString();
	}

	private static void put(Map<String, Object> equal, String condition, @Nullable Object value) {
		if (value != null) {
			equal.put(condition, value);
		}
	}

}
