package dev.tallygate.budgets.account;

/**
 * What became of a grant.
 */
public sealed interface GrantOutcome {

	/**
	 * Granted, now or by an equal request before.
	 *
	 * @param credits the credits of the current cycle then
	 * @param repeated whether an equal request had granted them before
	 */
	record Granted(Credits credits, boolean repeated) implements GrantOutcome {

	}

	/** The idempotency key names another grant of this user. */
	record KeyTaken() implements GrantOutcome {

	}

	/** The account cannot hold more. */
	record TooMany() implements GrantOutcome {

	}

	/** The user is gone. */
	record NoSuchUser() implements GrantOutcome {

	}

}
