package dev.tallygate.gateway.routing;

import dev.tallygate.events.UserId;
import dev.tallygate.gateway.admission.KnownUsers;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.caller.UserInPath;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.problem.ProblemException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Users' agents.
 */
@RestController
@RequestMapping("/api/users/{user}/agents")
class AgentsController implements UserInPath {

	private final AgentStore agents;

	private final KnownUsers known;

	AgentsController(AgentStore agents, KnownUsers known) {
		this.agents = agents;
		this.known = known;
	}

	@Override
	public void requireOf(UserId user, Map<String, String> path, Caller caller) {
		String agent = path.get("agent");
		if (agent != null) {
			get(user, agent);
		}
		else {
			this.known.require(user, caller);
		}
	}

	@GetMapping
	Page<Agent> list(@PathUser UserId user, @RequestParam(required = false) @Nullable Integer limit,
			@RequestParam(required = false) @Nullable String cursor) {
		int size = PageLimit.of(limit);
		UUID before = Cursor.parse(cursor, (parts) -> UUID.fromString(parts.getFirst()));
		return Page.of(this.agents.list(user, before, size + 1), size, (agent) -> Cursor.of(agent.id()));
	}

	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	Agent add(@PathUser UserId user, @RequestBody NewAgent agent) {
		return this.agents.add(user, checkedName(agent.name()), Preference.checked(agent.preferredModel()))
			.orElseThrow(AgentsController::nameTaken);
	}

	@GetMapping("/{agent}")
	Agent get(@PathUser UserId user, @PathVariable("agent") String idOrName) {
		return this.agents.find(user, idOrName).orElseThrow(ProblemException::notFound);
	}

	@PatchMapping("/{agent}")
	Agent change(@PathUser UserId user, @PathVariable("agent") String idOrName, @RequestBody AgentChange change) {
		Agent before = get(user, idOrName);
		Agent after = new Agent(before.id(), change.nameOr(before.name()),
				change.preferredModelOr(before.preferredModel()), before.createdAt());
		checkedName(after.name());
		return switch (this.agents.change(user, after)) {
			case YES -> after;
			case NAME_TAKEN -> throw nameTaken();
			case GONE -> throw ProblemException.notFound();
		};
	}

	@DeleteMapping("/{agent}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void remove(@PathUser UserId user, @PathVariable("agent") String idOrName) {
		this.agents.remove(user, get(user, idOrName).id());
	}

	private static String checkedName(@Nullable String name) {
		if (name == null || !Agent.isName(name)) {
			throw ProblemException.invalidField("name",
					"must be 1 to 64 letters, digits, dots, underscores or hyphens and no UUID");
		}
		return name;
	}

	private static ProblemException nameTaken() {
		return new ProblemException(HttpStatus.CONFLICT, ErrorCode.NAME_TAKEN,
				"You have an agent of this name already. Choose another name.");
	}

	/**
	 * What an agent is made of.
	 *
	 * @param name its name
	 * @param preferredModel the model it calls when a request names none
	 */
	record NewAgent(@Nullable String name, @Nullable String preferredModel) {

	}

}
