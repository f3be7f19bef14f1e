package dev.tallygate.gateway.routing;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where a call goes: the first that is set of the request's model, the agent's,
 * the user's and the default.
 */
public final class Routes {

	private static final Set<String> NOT_NAMED = Set.of("", "auto", "default");

	private final ModelNames names;

	private final BiFunction<UserId, String, Optional<Agent>> agents;

	private final Function<UserId, Optional<String>> preferredModels;

	private final RoutingProperties properties;

	/**
	 * Routes by these names, and by what users want when a request does not say, which is
	 * asked for only where a call depends on it.
	 * @param agents finds a user's agent by id or, when there is none, by name
	 * @param preferredModels finds the model a user prefers
	 */
	public Routes(ModelNames names, BiFunction<UserId, String, Optional<Agent>> agents,
			Function<UserId, Optional<String>> preferredModels, RoutingProperties properties) {
		this.names = names;
		this.agents = agents;
		this.preferredModels = preferredModels;
		this.properties = properties;
	}

	/**
	 * Where a call goes.
	 * @param user who calls
	 * @param requestModel the model as the caller wrote it
	 * @param agent the agent as the caller named it, by id or by name
	 */
	public Route find(UserId user, @Nullable String requestModel, @Nullable String agent) {
		Optional<Agent> found = (agent != null) ? this.agents.apply(user, agent) : Optional.empty();
		if (agent != null && found.isEmpty()) {
			return new Route.UnknownAgent();
		}
		AgentId agentId = found.map(Agent::id).orElse(null);
		return switch (this.names.resolve(wanted(user, requestModel, found).model())) {
			case Resolution.Resolved(Target target) -> new Route.Found(target, fallbacks(target), agentId);
			case Resolution.Unresolved why -> new Route.Unresolved(why);
		};
	}

	/** Whether a model's name means this target. */
	boolean means(String name, Target target) {
		return this.names.resolve(name) instanceof Resolution.Resolved(Target meant)
				&& meant.name().equals(target.name());
	}

	/**
	 * What a call that names no model is taken to mean, and whose choice that is.
	 * @param agent the agent the caller names; empty for none
	 */
	Choice chosen(UserId user, Optional<Agent> agent) {
		return wanted(user, null, agent);
	}

	/** What a choice leads to. */
	Resolution resolve(Choice choice) {
		return this.names.resolve(choice.model());
	}

	private Choice wanted(UserId user, @Nullable String requestModel, Optional<Agent> agent) {
		if (requestModel != null && !NOT_NAMED.contains(requestModel)) {
			return new Choice(requestModel, Choice.By.REQUEST);
		}
		return agent.map(Agent::preferredModel)
			.map((model) -> new Choice(model, Choice.By.AGENT))
			.or(() -> this.preferredModels.apply(user).map((model) -> new Choice(model, Choice.By.USER)))
			.orElseGet(() -> new Choice(this.properties.defaultModel(), Choice.By.DEFAULT));
	}

	/** Those that resolve; a fallback that names nothing is the operator's mistake. */
	private List<Target> fallbacks(Target target) {
		List<String> configured = this.properties.fallbacks().get(target.name());
		if (configured == null) {
			return List.of();
		}
		List<Target> targets = new ArrayList<>(configured.size());
		for (String name : configured) {
			if (this.names.resolve(name) instanceof Resolution.Resolved(Target fallback)) {
				targets.add(fallback);
			}
		}
		return targets;
	}

}
