package dev.tallygate.keys.audit;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What was done.
 */
public enum AuditAction {

	/** A user signed up or was created. */
	USER_CREATED,
	/** A user's data or role changed. */
	USER_CHANGED,
	/** A user left. */
	USER_DELETED,
	/** An API key was handed out. */
	API_KEY_ISSUED,
	/** An API key's name, models, end or tags changed. */
	API_KEY_CHANGED,
	/** An API key got a new secret. */
	API_KEY_ROTATED,
	/** A replaced secret of an API key was ended before its time. */
	API_KEY_SECRET_ENDED,
	/** An API key was revoked. */
	API_KEY_REVOKED,
	/** A provider key was stored or replaced. */
	PROVIDER_KEY_SAVED,
	/** An account at a provider was connected. */
	PROVIDER_KEY_CONNECTED,
	/** The tokens of a connected account were refreshed. */
	PROVIDER_KEY_REFRESHED,
	/** A provider key was removed. */
	PROVIDER_KEY_REMOVED,
	/** A provider was asked about a stored key. */
	PROVIDER_KEY_CHECKED,
	/** A provider rejected a stored key. */
	PROVIDER_KEY_INVALIDATED,
	/** A provider key was wanted by a gateway. */
	PROVIDER_KEY_REVEALED,
	/** Somebody began to re-wrap everything under the first master key. */
	MASTER_KEY_REWRAP;

	/**
	 * The name in the table and on the wire, such as {@code api-key.issued}.
	 */
	@JsonValue
	public String wireName() {
		int verb = name().lastIndexOf('_');
		return (name().substring(0, verb).replace('_', '-') + "." + name().substring(verb + 1))
			.toLowerCase(Locale.ROOT);
	}

}
