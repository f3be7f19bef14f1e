package dev.tallygate.metering.summary;

import dev.tallygate.security.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * By what everybody's usage can be grouped. Whatever it is, a page costs the same with
 * ten users and with ten million: it is read from rows that do not grow with them, or off
 * an index in the order of the groups.
 */
sealed interface GroupBy {

	/** The longest name of a tag. */
	int MAX_TAG_NAME = 512;

	/**
	 * What was asked for, by user when nothing was.
	 * @throws ProblemException a 400 when it is none of these
	 */
	static GroupBy of(@Nullable String asked) {
		if (asked == null) {
			return new User();
		}
		if (asked.startsWith("tag:") && asked.length() > 4 && asked.length() <= MAX_TAG_NAME
				&& asked.indexOf('\0') < 0) {
			return new Tag(asked.substring(4));
		}
		return switch (asked) {
			case "user" -> new User();
			case "provider" -> new Provider();
			case "model" -> new Model();
			case "key" -> new Key();
			case "agent" -> new Agent();
			default -> throw ProblemException.invalidField("groupBy",
					"must be user, provider, model, key, agent or tag:<name>");
		};
	}

	/** By user. */
	record User() implements GroupBy {
	}

	/** By provider. */
	record Provider() implements GroupBy {
	}

	/** By provider and model. */
	record Model() implements GroupBy {
	}

	/** By API key; calls without one (callers with a JWT) are a group of their own. */
	record Key() implements GroupBy {
	}

	/** By agent; calls without one are a group of their own. */
	record Agent() implements GroupBy {
	}

	/** By the values of a tag; calls without it are a group of their own. */
	record Tag(String name) implements GroupBy {
	}

}
