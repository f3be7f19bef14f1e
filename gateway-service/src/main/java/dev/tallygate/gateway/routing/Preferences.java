package dev.tallygate.gateway.routing;

import dev.tallygate.events.UserId;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What users want when a request does not say, asked for only where a call depends on it.
 *
 * @param agents finds a user's agent by id or, when there is none, by name
 * @param models finds the model a user prefers
 */
public record Preferences(BiFunction<UserId, String, Optional<Agent>> agents,
		Function<UserId, Optional<String>> models) {

}
