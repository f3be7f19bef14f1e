package dev.tallygate.security.caller;

import dev.tallygate.security.problem.PlainText;
import dev.tallygate.security.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the field {@code allowedModels} may hold, wherever it is sent.
 */
public final class AllowedModelsField {

	/** How many entries at most. */
	public static final int MAX_ENTRIES = 100;

	private static final String NAME = "allowedModels";

	private AllowedModelsField() {
	}

	/**
	 * Its entries, each once, in their order.
	 * @throws ProblemException a 400 that names the field
	 */
	public static List<String> checked(List<? extends @Nullable String> entries) {
		if (entries.size() > MAX_ENTRIES) {
			throw ProblemException.invalidField(NAME, "must have at most " + MAX_ENTRIES + " entries");
		}
		List<String> checked = new ArrayList<>(entries.size());
		for (@Nullable
		String entry : entries) {
			if (entry == null || !PlainText.is(entry, ModelPattern.MAX_LENGTH)) {
				throw ProblemException.invalidField(NAME, "must hold names of 1 to " + ModelPattern.MAX_LENGTH
						+ " characters without control characters");
			}
			checked.add(entry);
		}
		return checked.stream().distinct().toList();
	}

	/** What to say where it is missing and must not be. */
	public static ProblemException missing() {
		return ProblemException.invalidField(NAME, "must be a list of names and patterns");
	}

}
