package dev.tallygate.gateway.access;

/**
 * What key-service says when a key for a provider is asked for.
 */
public sealed interface Reveal {

	/**
	 * There is one, or none is needed.
	 *
	 * @param access the key and where it may go
	 */
	record Released(ProviderAccess access) implements Reveal {

	}

	/** There is none to be had, or none that may be used. */
	sealed interface Withheld extends Reveal {

	}

	/** Neither the caller nor the operator has a key for the provider. */
	record Missing() implements Withheld {

	}

	/** The caller's key is known to be rejected by the provider. */
	record Rejected() implements Withheld {

	}

	/** The provider moved since the key was saved. */
	record OriginChanged() implements Withheld {

	}

	/** The stored key cannot be read. */
	record Undecryptable() implements Withheld {

	}

	/** The presented API key is not good any more. */
	record NotAuthenticated() implements Withheld {

	}

	/** Nobody could tell. */
	record Unavailable() implements Withheld {

	}

}
