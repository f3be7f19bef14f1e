package dev.tallygate.security.paging;

import dev.tallygate.security.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * The size of a page.
 */
public final class PageLimit {

	/** When the caller does not say. */
	public static final int DEFAULT = 50;

	/** The most. */
	public static final int MAX = 500;

	private PageLimit() {
	}

	/**
	 * What the caller asks for.
	 * @throws ProblemException a 400 when it is not 1 to 500
	 */
	public static int of(@Nullable Integer limit) {
		if (limit == null) {
			return DEFAULT;
		}
		if (limit < 1 || limit > MAX) {
			throw ProblemException.invalidField("limit", "must be 1 to " + MAX);
		}
		return limit;
	}

}
