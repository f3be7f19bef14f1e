package dev.tallygate.launcher;

/**
 * What the doctor found, in a sentence.
 */
sealed interface Finding {

	/** The sentence. */
	String sentence();

	/**
	 * As it should be.
	 *
	 * @param sentence what was looked at
	 */
	record Well(String sentence) implements Finding {

	}

	/**
	 * Could not be looked at, and need not be.
	 *
	 * @param sentence why not
	 */
	record Skipped(String sentence) implements Finding {

	}

	/**
	 * Not as it should be.
	 *
	 * @param sentence what is wrong and what to do
	 */
	record Fault(String sentence) implements Finding {

	}

}
