package dev.tallygate.gateway.routing;

import dev.tallygate.security.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * What a preferred model may look like. Whether it exists is looked at when it is called:
 * providers and prices come and go.
 */
final class Preference {

	private static final int MAX_LENGTH = 100;

	private Preference() {
	}

	static @Nullable String checked(@Nullable String model) {
		if (model == null) {
			return null;
		}
		boolean printable = model.chars().allMatch((c) -> c > ' ' && c <= '~');
		if (model.isEmpty() || model.length() > MAX_LENGTH || !printable) {
			throw ProblemException.invalidField("preferredModel",
					"must be 1 to " + MAX_LENGTH + " printable ASCII characters without spaces, or null");
		}
		return model;
	}

}
