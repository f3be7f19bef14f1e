package dev.tallygate.security.internal;

import java.io.IOException;

/**
 * Another service gave no answer that is of any use. The message may be logged: it says
 * which service and how it failed, nothing of what was sent or answered.
 */
public final class UnansweredException extends IOException {

	UnansweredException(String message) {
		super(message);
	}

	static UnansweredException by(String service, Exception failure) {
		return new UnansweredException(service + " could not be asked: " + failure.getClass().getSimpleName());
	}

}
