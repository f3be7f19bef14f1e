package dev.tallygate.gateway.pricing;

import org.jspecify.annotations.Nullable;

/**
 * The operator's price file cannot be used at all. The gateway does not start: going on
 * with other prices than the operator's would be worse.
 */
public class UnusablePricesException extends RuntimeException {

	UnusablePricesException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
