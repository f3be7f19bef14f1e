package dev.tallygate.security.internal;

/**
 * Says whether a service's proof is right, for a service that does not know its secret.
 */
@FunctionalInterface
interface ProofCheck {

	Verdict check(PresentedCredential presented);

	/** What became of a check. */
	enum Verdict {

		RIGHT,

		WRONG,

		/** Nobody could be asked. */
		UNDECIDED

	}

}
