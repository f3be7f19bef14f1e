package dev.tallygate.gateway.access;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;

/**
 * Wants to know at once when keys or users are gone.
 */
public interface KeyWatcher {

	/** A key was revoked. */
	default void revoked(ApiKeyId key) {
	}

	/** Something about a key changed; it may be good or not. */
	default void changed(ApiKeyId key) {
	}

	/** A user is gone, with all keys. */
	default void deleted(UserId user) {
	}

	/** Events may have been missed. */
	default void recheckAll() {
	}

}
