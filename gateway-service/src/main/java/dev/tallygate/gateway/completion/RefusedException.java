package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.dialect.WireError;

/**
 * A request that is refused before anybody was asked.
 */
final class RefusedException extends Exception {

	private static final long serialVersionUID = 1L;

	private final transient WireError error;

	RefusedException(WireError error) {
		super(error.code(), null, false, false);
		this.error = error;
	}

	WireError error() {
		return this.error;
	}

}
