package dev.tallygate.console.services;

/**
 * Tells people in place of what could not be shown or done.
 *
 * @param title what happened
 * @param advice what to do next
 */
public record Notice(String title, String advice) {

	static Notice notAvailable(Service service) {
		return new Notice(service.title() + " does not answer",
				"Nothing is lost: calls go on being counted. This part comes back by itself; reload in a minute, "
						+ "and tell your administrator if it stays away.");
	}

	/** A change was asked for, and no answer came. */
	static Notice notKnown(Service service) {
		return new Notice(service.title() + " did not answer",
				"It is not known whether that was done. Look whether it was, in a minute, before you do it again.");
	}

	/** The service said no; its own words say what to do. */
	public static Notice refused(String message) {
		return new Notice("That did not work", message);
	}

}
