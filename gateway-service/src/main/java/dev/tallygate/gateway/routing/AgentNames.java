package dev.tallygate.gateway.routing;

import dev.tallygate.events.UuidV7;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What agents may be called. A name is never a UUID, so that a header naming an agent
 * means one thing.
 */
final class AgentNames {

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

	private AgentNames() {
	}

	static boolean isName(String text) {
		return NAME.matcher(text).matches() && asId(text).isEmpty();
	}

	/** The id a text is, if it is one. */
	static Optional<UUID> asId(String text) {
		try {
			return Optional.of(UuidV7.parse(text));
		}
		catch (IllegalArgumentException ex) {
			return Optional.empty();
		}
	}

}
