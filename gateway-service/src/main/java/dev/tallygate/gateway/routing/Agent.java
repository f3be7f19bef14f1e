package dev.tallygate.gateway.routing;

import dev.tallygate.events.AgentId;
import java.time.Instant;
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

}
