package dev.tallygate.gateway.access;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;

/**
 * Wants to know at once when keys die.
 */
public interface KeyWatcher {

	/** A key was revoked. */
	void revoked(ApiKeyId key);

	/** Something about a key changed; it may be good or not. */
	void changed(ApiKeyId key);

	/** A user is gone, with all keys. */
	void deleted(UserId user);

	/** Events may have been missed. */
	void recheckAll();

}
