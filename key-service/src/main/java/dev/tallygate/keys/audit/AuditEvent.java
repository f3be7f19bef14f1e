package dev.tallygate.keys.audit;

import dev.tallygate.events.UserId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the audit log is told. Ids only, but for what was before and after a change.
 *
 * @param actor who
 * @param action what, such as {@code api-key.issued}
 * @param outcome {@code done}, or the code of the refusal
 * @param user whose keys
 * @param key which key or record
 * @param provider of a provider key
 * @param version of the key after it
 * @param change what was before and after
 * @param origin where it was decided; null for here and now
 */
public record AuditEvent(Actor actor, String action, String outcome, @Nullable UserId user, @Nullable UUID key,
		@Nullable String provider, @Nullable Long version, @Nullable AuditChange change, @Nullable Origin origin) {

	/** The outcome of what was done. */
	public static final String DONE = "done";

	/**
	 * Something done to a user.
	 */
	public static AuditEvent user(Actor actor, AuditAction action, UserId user) {
		return new AuditEvent(actor, action.wireName(), DONE, user, null, null, null, null, null);
	}

	/**
	 * Something done to an API key.
	 */
	public static AuditEvent apiKey(Actor actor, AuditAction action, UserId user, UUID key, long version) {
		return new AuditEvent(actor, action.wireName(), DONE, user, key, null, version, null, null);
	}

	/**
	 * Something done, or not, to a provider key.
	 */
	public static AuditEvent providerKey(Actor actor, AuditAction action, String outcome, UserId user,
			@Nullable UUID key, String provider, @Nullable Long version) {
		return new AuditEvent(actor, action.wireName(), outcome, user, key, provider, version, null, null);
	}

	/**
	 * Something done to the installation as a whole.
	 */
	public static AuditEvent installation(Actor actor, AuditAction action) {
		return new AuditEvent(actor, action.wireName(), DONE, null, null, null, null, null, null);
	}

	/**
	 * Whose the address is: who acts or, where nobody is known yet, who is acted on.
	 */
	@Nullable UserId person() {
		return (this.actor.user() != null) ? this.actor.user() : this.user;
	}

	/**
	 * The same, with what was before and after.
	 */
	public AuditEvent with(AuditChange values) {
		return new AuditEvent(this.actor, this.action, this.outcome, this.user, this.key, this.provider, this.version,
				values, this.origin);
	}

	/**
	 * Where something was decided that another service tells of.
	 *
	 * @param id of that service's own; twice the same is one entry
	 * @param at when it was decided
	 * @param subject to what, where no id says it
	 */
	public record Origin(UUID id, Instant at, @Nullable String subject) {

	}

}
