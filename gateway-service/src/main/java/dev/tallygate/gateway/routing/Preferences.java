package dev.tallygate.gateway.routing;

import dev.tallygate.events.UserId;
import java.util.Optional;

/**
 * What users want when a request does not say.
 */
public interface Preferences {

	/** The user's agent of this id or, when there is none, of this name. */
	Optional<Agent> agent(UserId user, String idOrName);

	/** The model a user prefers; empty when none. */
	Optional<String> preferredModel(UserId user);

}
