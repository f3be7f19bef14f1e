package dev.tallygate.keys.owner;

import dev.tallygate.events.UserId;

/**
 * Removes what a feature holds of a user who leaves. Called in the transaction that
 * removes the user, with the user's row locked.
 */
public interface OwnerRemoval {

	/**
	 * Removes everything.
	 */
	void remove(UserId user);

}
