package dev.tallygate.messaging;

/**
 * A database that this service must not work on.
 */
final class UnusableDatabaseException extends RuntimeException {

	private final String action;

	/**
	 * Says what is wrong.
	 * @param description a sentence
	 * @param action what to do, a sentence
	 */
	UnusableDatabaseException(String description, String action) {
		super(description);
		this.action = action;
	}

	String action() {
		return this.action;
	}

}
