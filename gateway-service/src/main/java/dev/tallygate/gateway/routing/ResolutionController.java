package dev.tallygate.gateway.routing;

import dev.tallygate.events.UserId;
import dev.tallygate.gateway.admission.KnownUsers;
import dev.tallygate.gateway.routing.Resolution.NoName;
import dev.tallygate.gateway.routing.Resolution.Resolved;
import dev.tallygate.gateway.routing.Resolution.UnknownModel;
import dev.tallygate.gateway.routing.Resolution.UnsupportedProvider;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.caller.UserInPath;
import dev.tallygate.security.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells where a user's call goes that names no model, and why.
 */
@RestController
class ResolutionController implements UserInPath {

	private final Routes routes;

	private final AgentStore agents;

	private final KnownUsers known;

	ResolutionController(Routes routes, AgentStore agents, KnownUsers known) {
		this.routes = routes;
		this.agents = agents;
		this.known = known;
	}

	@Override
	public void requireOf(UserId user, Map<String, String> path, Caller caller) {
		this.known.require(user, caller);
	}

	@GetMapping("/api/users/{user}/resolution")
	@Operation(summary = "Where a call that names no model goes, and why",
			description = "agent is an agent's id or name, as in the header x-tallygate-agent.")
	Answer get(@PathUser UserId user, @RequestParam(required = false) @Nullable String agent) {
		Optional<Agent> named = Optional.ofNullable(agent).map((name) -> named(user, name));
		Choice choice = this.routes.chosen(user, named);
		return switch (this.routes.resolve(choice)) {
			case Resolved(Target target) -> new Answer(choice.model(), choice.by(), target.name(), null);
			case UnsupportedProvider _ -> new Answer(choice.model(), choice.by(), null, "unsupported_provider");
			case UnknownModel _ -> new Answer(choice.model(), choice.by(), null, "model_not_found");
			case NoName _ -> new Answer(choice.model(), choice.by(), null, "invalid_request");
		};
	}

	private Agent named(UserId user, String name) {
		return this.agents.find(user, name).orElseThrow(ProblemException::notFound);
	}

	/**
	 * Where such a call goes.
	 *
	 * @param wanted the model as it was chosen
	 * @param by whose choice it is
	 * @param model as {@code provider:model}; null when the choice means nothing
	 * @param problem the code with which such a call is refused; null when it is not
	 */
	record Answer(String wanted, Choice.By by, @Nullable String model, @Nullable String problem) {

	}

}
