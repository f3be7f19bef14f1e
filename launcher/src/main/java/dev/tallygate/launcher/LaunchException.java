package dev.tallygate.launcher;

/**
 * Something that stands in the way of a start, said in one line that tells what to do.
 */
public final class LaunchException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** With a line for the person at the terminal. */
	public LaunchException(String message) {
		super(message);
	}

	/** With a line for the person at the terminal, and what caused it. */
	public LaunchException(String message, Throwable cause) {
		super(message, cause);
	}

}
