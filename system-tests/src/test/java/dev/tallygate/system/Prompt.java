package dev.tallygate.system;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests for the simulated provider.
 */
final class Prompt {

	private static final AtomicLong NUMBER = new AtomicLong();

	private Prompt() {
	}

	/**
	 * What a caller says, with directives for the simulator. No two are the same, for the
	 * same again and again is taken for a loop that has run away.
	 */
	static String text(String directives) {
		return "Tell me story " + NUMBER.incrementAndGet() + " [[sim: " + directives + "]]";
	}

	/** A request body. */
	static String body(String model, String directives, String more) {
		return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text(directives)
				+ "\"}]" + more + "}";
	}

}
