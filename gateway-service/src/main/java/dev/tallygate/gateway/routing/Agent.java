package dev.tallygate.gateway.routing;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.UuidV7;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A user's named set of preferences.
 *
 * @param id its id
 * @param name its name, unique among its owner's agents
 * @param preferredModel the model it calls when a request names none
 * @param createdAt when it was made
 */
public record Agent(AgentId id, String name, @Nullable String preferredModel, Instant createdAt) {

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

	/**
	 * Whether an agent may be called so. A name is never a UUID, so that a header naming
	 * an agent means one thing.
	 */
	static boolean isName(String text) {
		return NAME.matcher(text).matches() && idIn(text).isEmpty();
	}

	/** The id a text is, if it is one. */
	static Optional<UUID> idIn(String text) {
		try {
			return Optional.of(UuidV7.parse(text));
		}
		catch (IllegalArgumentException ex) {
			return Optional.empty();
		}
	}

}
