package dev.tallygate.security.problem;

import org.apache.coyote.CloseNowException;

/**
 * Thrown through the container so that it ends the answer without the final chunk:
 * whoever reads it still sees that it is not whole.
 */
public final class TruncatedAnswer extends CloseNowException {

	private static final long serialVersionUID = 1L;

	public TruncatedAnswer() {
		super("the answer was cut");
	}

}
