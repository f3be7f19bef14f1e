package dev.tallygate.gateway.routing;

/**
 * What a model's name means.
 */
public sealed interface Resolution {

	/**
	 * It names a model.
	 *
	 * @param target the model
	 */
	record Resolved(Target target) implements Resolution {

	}

	/** It names none. */
	sealed interface Unresolved extends Resolution {

	}

	/** It names a provider that is not configured. */
	record UnsupportedProvider() implements Unresolved {

	}

	/** It names no model anybody knows. */
	record UnknownModel() implements Unresolved {

	}

	/** It cannot be a model's name. */
	record NoName() implements Unresolved {

	}

}
