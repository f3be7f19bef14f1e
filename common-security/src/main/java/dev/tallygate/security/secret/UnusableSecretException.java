package dev.tallygate.security.secret;

/**
 * A configured secret with which the service refuses to start. Says which and why, never
 * its value.
 */
public final class UnusableSecretException extends RuntimeException {

	private final String action;

	/**
	 * Names the trouble.
	 * @param variable the environment variable
	 * @param trouble what is wrong with it, as in "is not set"
	 * @param action what to do about it
	 */
	public UnusableSecretException(String variable, String trouble, String action) {
		super(variable + " " + trouble);
		this.action = action;
	}

	/**
	 * What to do about it.
	 */
	public String action() {
		return this.action;
	}

}
