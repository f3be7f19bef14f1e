package dev.tallygate.metering.summary;

import dev.tallygate.metering.ledger.EventFilter;
import dev.tallygate.security.problem.ProblemException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which events are asked for, as the query string says.
 *
 * @param tag as in {@code team:research}
 */
record EventQuery(@Nullable String provider, @Nullable String model, @Nullable String apiKeyId,
		@Nullable String agentId, @Nullable String status, @Nullable String tag) {

	/**
	 * The same, checked.
	 * @throws ProblemException a 400 that names the field
	 */
	EventFilter filter() {
		String text = this.tag;
		int colon = (text != null) ? text.indexOf(':') : -1;
		if (text != null && colon < 1) {
			throw ProblemException.invalidField("tag", "must be name:value");
		}
		return new EventFilter(text("provider", this.provider), text("model", this.model),
				id("apiKeyId", this.apiKeyId), id("agentId", this.agentId), text("status", this.status),
				(text != null) ? text("tag", text.substring(0, colon)) : null,
				(text != null) ? text("tag", text.substring(colon + 1)) : null);
	}

	private static @Nullable String text(String field, @Nullable String value) {
		if (value != null && value.indexOf('\0') >= 0) {
			throw ProblemException.invalidField(field, "must not hold a NUL");
		}
		return (value == null || value.isEmpty()) ? null : value;
	}

	private static @Nullable UUID id(String field, @Nullable String value) {
		if (value == null || value.isEmpty()) {
			return null;
		}
		try {
			return UUID.fromString(value);
		}
		catch (IllegalArgumentException ex) {
			throw ProblemException.invalidField(field, "must be an id");
		}
	}

}
