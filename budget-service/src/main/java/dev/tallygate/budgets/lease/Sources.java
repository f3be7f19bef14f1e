package dev.tallygate.budgets.lease;

import dev.tallygate.security.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway may be called in a request.
 */
final class Sources {

	private static final int MAX_LENGTH = 512;

	private Sources() {
	}

	/**
	 * The name, if it is one.
	 * @throws ProblemException a 400 that names the field
	 */
	static String check(@Nullable String source) {
		if (source == null || source.isBlank() || source.length() > MAX_LENGTH || source.indexOf('\0') >= 0) {
			throw ProblemException.invalidField("source", "must be 1 to " + MAX_LENGTH + " characters");
		}
		return source;
	}

}
