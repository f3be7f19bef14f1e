package dev.tallygate.gateway.spool;

import org.jspecify.annotations.Nullable;

/**
 * The spool cannot be opened. A gateway without its books does not start.
 */
public class UnusableSpoolException extends RuntimeException {

	UnusableSpoolException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
