package dev.tallygate.keys.audit;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;
import dev.tallygate.security.problem.ProblemException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What another service tells the audit log.
 *
 * @param id made by that service; the same twice is one entry
 * @param at when it happened
 * @param actor who did it; null for the service itself
 * @param action such as {@code budget.changed}
 * @param subject to what
 * @param oldValue before, a JSON object of plain values; null where there was nothing
 * @param newValue after
 */
record AuditReport(@Nullable UUID id, @Nullable Instant at, @Nullable Doer actor, @Nullable String action,
		@Nullable Subject subject,
		@com.fasterxml.jackson.annotation.JsonProperty("old") @Nullable Map<String, @Nullable JsonNode> oldValue,
		@com.fasterxml.jackson.annotation.JsonProperty("new") @Nullable Map<String, @Nullable JsonNode> newValue) {

	private static final Pattern ACTION = Pattern.compile("[a-z][a-z0-9-]{0,31}\\.[a-z][a-z0-9-]{0,31}");

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:._-]{0,127}");

	private static final int MAX_FIELDS = 32;

	private static final int MAX_VALUE = 1024;

	/**
	 * The event it makes.
	 * @throws ProblemException a 400 that names the field
	 */
	AuditEvent event(String service) {
		if (this.id == null || this.at == null) {
			throw ProblemException.invalidField((this.id == null) ? "id" : "at", "is missing");
		}
		if (this.action == null || !ACTION.matcher(this.action).matches()) {
			throw ProblemException.invalidField("action", "must be two words with a dot between, as in budget.changed");
		}
		String name = (this.subject != null) ? this.subject.name() : null;
		if (name != null && !NAME.matcher(name).matches()) {
			throw ProblemException.invalidField("subject", "must have a name of letters, digits and :._-");
		}
		checkValues("old", this.oldValue);
		checkValues("new", this.newValue);
		Doer doer = (this.actor != null) ? this.actor : new Doer(null, null, null);
		Actor who = new Actor(doer.userId(), doer.apiKeyId(), service, doer.address());
		return new AuditEvent(who, this.action, AuditEvent.DONE, (this.subject != null) ? this.subject.userId() : null,
				(this.subject != null) ? this.subject.keyId() : null, null, null,
				AuditChange.of(this.oldValue, this.newValue), new AuditEvent.Origin(this.id, this.at, name));
	}

	private static void checkValues(String field, @Nullable Map<String, @Nullable JsonNode> values) {
		if (values == null) {
			return;
		}
		boolean good = values.size() <= MAX_FIELDS && values.entrySet()
			.stream()
			.allMatch((value) -> value.getKey().length() <= MAX_VALUE
					&& String.valueOf(value.getValue()).length() <= MAX_VALUE);
		if (!good) {
			throw ProblemException.invalidField(field,
					"must have at most " + MAX_FIELDS + " members of " + MAX_VALUE + " characters each");
		}
	}

	/**
	 * Who did it.
	 *
	 * @param userId the user
	 * @param apiKeyId with which key
	 * @param address from where
	 */
	record Doer(@Nullable UserId userId, @Nullable ApiKeyId apiKeyId, @Nullable String address) {

	}

	/**
	 * To what it was done.
	 *
	 * @param userId whose; null for what is nobody's
	 * @param keyId which key or record
	 * @param name what else, such as {@code installation}
	 */
	record Subject(@Nullable UserId userId, @Nullable UUID keyId, @Nullable String name) {

	}

}
