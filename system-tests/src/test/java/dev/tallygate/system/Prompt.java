package dev.tallygate.system;

/**
 * Requests for the simulated provider.
 */
final class Prompt {

	private Prompt() {
	}

	/** What a caller says, with directives for the simulator. */
	static String text(String directives) {
		return "Tell me a story [[sim: " + directives + "]]";
	}

	/** A request body. */
	static String body(String model, String directives, String more) {
		return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text(directives)
				+ "\"}]" + more + "}";
	}

}
