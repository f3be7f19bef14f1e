package dev.tallygate.keys.audit;

import dev.tallygate.events.UserId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the audit log is told. Ids only: no text of a request ever gets in.
 *
 * @param actor who
 * @param action what
 * @param outcome {@code done}, or the code of the refusal
 * @param user whose keys
 * @param key which key or record
 * @param provider of a provider key
 * @param version of the key after it
 */
public record AuditEvent(Actor actor, AuditAction action, String outcome, @Nullable UserId user, @Nullable UUID key,
		@Nullable String provider, @Nullable Long version) {

	/** The outcome of what was done. */
	public static final String DONE = "done";

	/**
	 * Something done to a user.
	 */
	public static AuditEvent user(Actor actor, AuditAction action, UserId user) {
		return new AuditEvent(actor, action, DONE, user, null, null, null);
	}

	/**
	 * Something done to an API key.
	 */
	public static AuditEvent apiKey(Actor actor, AuditAction action, UserId user, UUID key, long version) {
		return new AuditEvent(actor, action, DONE, user, key, null, version);
	}

	/**
	 * Something done, or not, to a provider key.
	 */
	public static AuditEvent providerKey(Actor actor, AuditAction action, String outcome, UserId user,
			@Nullable UUID key, String provider, @Nullable Long version) {
		return new AuditEvent(actor, action, outcome, user, key, provider, version);
	}

}
