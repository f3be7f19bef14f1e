package dev.tallygate.security.caller;

/**
 * What is known about a presented token.
 */
public sealed interface IntrospectionOutcome {

	/**
	 * It is good.
	 *
	 * @param caller who presents it
	 */
	record Active(Caller caller) implements IntrospectionOutcome {

	}

	/** Unknown, expired, revoked or malformed; which of them is nobody's business. */
	record Inactive() implements IntrospectionOutcome {

	}

	/** Nobody could tell. */
	record Unavailable() implements IntrospectionOutcome {

	}

}
