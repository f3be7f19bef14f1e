package dev.tallygate.keys.owner;

import dev.tallygate.events.UserId;

/**
 * Tells again what a feature has told of a user, as it stands now: for a topic that was
 * lost. Called in a transaction with the user's row locked.
 */
public interface OwnerFacts {

	/**
	 * Appends the user's events to the outbox.
	 */
	void tellAgain(UserId user);

}
