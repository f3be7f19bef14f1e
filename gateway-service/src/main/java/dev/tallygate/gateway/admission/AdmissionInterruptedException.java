package dev.tallygate.gateway.admission;

/**
 * The thread that waited for room was interrupted: nobody waits for the answer any more.
 */
public final class AdmissionInterruptedException extends RuntimeException {

	AdmissionInterruptedException(InterruptedException cause) {
		super("interrupted while waiting for room in the budget", cause);
	}

}
