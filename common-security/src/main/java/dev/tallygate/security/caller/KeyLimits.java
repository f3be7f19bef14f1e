package dev.tallygate.security.caller;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;

/**
 * Knows at once which keys have a budget of their own, where a service does. Others learn
 * it with the introspection of a key, which may be a moment old.
 */
@FunctionalInterface
public interface KeyLimits {

	/**
	 * Whether the key has one.
	 */
	boolean isLimited(UserId owner, ApiKeyId key);

}
