package dev.tallygate.gateway.completion.answer;

import dev.tallygate.gateway.dialect.WireError;

/**
 * A request that is refused before anybody was asked.
 */
public final class RefusedException extends Exception {

	private static final long serialVersionUID = 1L;

	private final transient WireError error;

	public RefusedException(WireError error) {
		super(error.code(), null, false, false);
		this.error = error;
	}

	public WireError error() {
		return this.error;
	}

}
