package dev.tallygate.keys.apikey;

import dev.tallygate.keys.owner.GivenNames;
import dev.tallygate.security.caller.AllowedModelsField;
import dev.tallygate.security.caller.Tags;
import dev.tallygate.security.problem.PlainText;
import dev.tallygate.security.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the fields of a key may be. Each method hands back the field in canonical form, or
 * throws a 400 that names it.
 */
final class KeyRules {

	private static final int MAX_NAME = 64;

	private static final Duration MAX_LIFE = Duration.ofDays(3653);

	private KeyRules() {
	}

	static String name(@Nullable String name) {
		if (name == null || !PlainText.is(name, MAX_NAME) || !GivenNames.isReadable(name)) {
			throw ProblemException.invalidField("name",
					"must be 1 to " + MAX_NAME + " characters without control or unseen ones or space around");
		}
		return name;
	}

	static @Nullable Instant end(@Nullable Instant end, Instant now) {
		if (end == null) {
			return null;
		}
		if (!end.isAfter(now) || end.isAfter(now.plus(MAX_LIFE))) {
			throw ProblemException.invalidField("expiresAt", "must be in the future, at most 10 years ahead");
		}
		return end.truncatedTo(ChronoUnit.MICROS);
	}

	static Tags tags(@Nullable Tags tags) {
		try {
			return (tags != null) ? tags.checked() : Tags.NONE;
		}
		catch (IllegalArgumentException ex) {
			throw ProblemException.invalidField("tags", Tags.RULE);
		}
	}

	static @Nullable List<String> models(@Nullable List<String> models) {
		return (models != null) ? AllowedModelsField.checked(models) : null;
	}

}
