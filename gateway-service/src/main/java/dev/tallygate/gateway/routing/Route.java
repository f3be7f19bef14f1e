package dev.tallygate.gateway.routing;

import dev.tallygate.events.AgentId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a call goes, or why nowhere.
 */
public sealed interface Route {

	/**
	 * To a model.
	 *
	 * @param target the model
	 * @param fallbacks what to call instead when it fails before its first byte
	 * @param agent the agent the caller named
	 */
	record Found(Target target, List<Target> fallbacks, @Nullable AgentId agent) implements Route {

	}

	/** The caller has no such agent. */
	record UnknownAgent() implements Route {

	}

	/**
	 * The model's name means nothing.
	 *
	 * @param why what is wrong with it
	 */
	record Unresolved(Resolution.Unresolved why) implements Route {

	}

}
