package dev.tallygate.pricing;

import org.jspecify.annotations.Nullable;

/**
 * A file of prices that cannot be used at all; its message says why, for an operator.
 */
public class UnreadablePricesException extends Exception {

	private static final long serialVersionUID = 1L;

	UnreadablePricesException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
