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

	/** All of them. */
	public static final EventFilter ALL = new EventFilter(null, null, null, null, null, null, null);

	/** SQL to follow other conditions; adds its parameters. */
	String conditions(List<Object> parameters) {
		Map<String, Object> equal = new TreeMap<>();
		put(equal, "provider = ?", this.provider);
		put(equal, "model = ?", this.model);
		put(equal, "api_key_id = ?", this.apiKeyId);
		put(equal, "agent_id = ?", this.agentId);
		put(equal, "status = ?", this.status);
		StringBuilder sql = new StringBuilder();
		equal.forEach((condition, value) -> {
			sql.append(" AND ").append(condition);
			parameters.add(value);
		});
		if (this.tagName != null && this.tagValue != null) {
			sql.append(" AND tags ->> ? = ?");
			parameters.add(this.tagName);
			parameters.add(this.tagValue);
		}
		return sql.toString();
	}

	private static void put(Map<String, Object> equal, String condition, @Nullable Object value) {
		if (value != null) {
			equal.put(condition, value);
		}
	}

}
