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

	/** Neither the caller nor the operator has a key for the provider. */
	record Missing() implements Reveal {

	}

	/** The caller's key is known to be rejected by the provider. */
	record Rejected() implements Reveal {

	}

	/** The provider moved since the key was saved. */
	record OriginChanged() implements Reveal {

	}

	/** The stored key cannot be read. */
	record Undecryptable() implements Reveal {

	}

	/** The presented API key is not good any more. */
	record NotAuthenticated() implements Reveal {

	}

	/** Nobody could tell. */
	record Unavailable() implements Reveal {

	}

}
