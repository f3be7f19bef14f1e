package dev.tallygate.gateway.completion.answer;

import org.apache.coyote.CloseNowException;

/**
 * Thrown through the container so that it ends the answer without the final chunk: a
 * caller that does not look at events still sees that the answer is not whole.
 */
public final class TruncatedAnswer extends CloseNowException {

	private static final long serialVersionUID = 1L;

	public TruncatedAnswer() {
		super("the answer was cut");
	}

}
