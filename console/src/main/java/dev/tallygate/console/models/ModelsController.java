package dev.tallygate.console.models;

import dev.tallygate.console.keys.ProviderNames;
import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Outcome;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.PathName;
import dev.tallygate.console.services.Seen;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.services.Together;
import dev.tallygate.console.session.SignedIn;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpMethod;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * The person's preferred model and agents.
 */
@Controller
class ModelsController {

	private static final String SETTINGS = "/api/users/me/settings";

	private static final String AGENTS = "/api/users/me/agents";

	private static final String GOAL = "/api/users/me/resolution";

	private static final ParameterizedTypeReference<List<Provider>> PROVIDERS = new ParameterizedTypeReference<>() {
	};

	private final ServiceClient services;

	ModelsController(ServiceClient services) {
		this.services = services;
	}

	@GetMapping("/models")
	String page(@RequestParam(required = false) @Nullable String all, @AuthenticationPrincipal SignedIn person,
			Model model) {
		try (Together calls = new Together()) {
			Together.Part<Answer<Agents>> agents = calls
				.ask(() -> this.services.get(Service.GATEWAY, person.key(), Agents.class, AGENTS + "?limit=200"));
			Together.Part<Answer<Prices>> prices = calls
				.ask(() -> this.services.get(Service.GATEWAY, person.key(), Prices.class, "/api/prices"));
			Together.Part<Answer<List<Provider>>> providers = calls
				.ask(() -> this.services.get(Service.KEYS, person.key(), PROVIDERS, "/api/providers"));
			Together.Part<Answer<Goal>> goal = calls
				.ask(() -> this.services.get(Service.GATEWAY, person.key(), Goal.class, GOAL));
			Panel<Settings> settings = Panel
				.of(this.services.get(Service.GATEWAY, person.key(), Settings.class, SETTINGS));
			Panel<Agents> list = Panel.of(agents.get());
			Prices table = (prices.get() instanceof Answer.Given<Prices>(Prices it)) ? it : Prices.NONE;
			Goal own = (goal.get() instanceof Answer.Given<Goal>(Goal it)) ? it : Goal.UNKNOWN;
			model.addAttribute("notice", (settings.notice() != null) ? settings.notice() : list.notice());
			model.addAttribute("settings", settings.content());
			model.addAttribute("goal", own);
			model.addAttribute("cost", own.cost(table));
			if (list.content() != null) {
				model.addAttribute("agents", list.content());
				model.addAttribute("goals", goals(list.content(), person, calls));
			}
			prices(table, names(providers.get()), "true".equals(all), model);
		}
		return "models";
	}

	private static void prices(Prices table, @Nullable Map<String, String> callable, boolean all, Model model) {
		if (!table.known()) {
			return;
		}
		List<Prices.Group> groups = table.groups(callable);
		List<Prices.Group> others = groups.stream().filter((group) -> !group.callable()).toList();
		model.addAttribute("prices", groups.stream().filter(Prices.Group::callable).toList());
		model.addAttribute("others", all ? others : List.of());
		model.addAttribute("othersCount", all ? 0 : others.stream().mapToInt((group) -> group.models().size()).sum());
		model.addAttribute("version", table.version());
	}

	/** The proper names of the providers that are set up; null where nobody says. */
	private static @Nullable Map<String, String> names(Answer<List<Provider>> answer) {
		return (answer instanceof Answer.Given<List<Provider>>(List<Provider> all)) ? all.stream()
			.filter((provider) -> provider.name() != null)
			.collect(Collectors.toMap((provider) -> String.valueOf(provider.name()),
					(provider) -> ProviderNames.of(provider.name(), provider.displayName()), (first, later) -> first))
				: null;
	}

	/** Where the calls go of agents that have a model of their own, by their ids. */
	private Map<String, Goal> goals(Agents agents, SignedIn person, Together calls) {
		Map<String, Together.Part<Answer<Goal>>> asked = new HashMap<>();
		agents.list()
			.stream()
			.filter((agent) -> agent.preferredModel() != null)
			.forEach((agent) -> asked.put(agent.id(), calls.ask(() -> this.services.get(Service.GATEWAY, person.key(),
					Goal.class, GOAL + "?agent={agent}", agent.id()))));
		Map<String, Goal> goals = new HashMap<>();
		asked.forEach((id, answer) -> {
			if (answer.get() instanceof Answer.Given<Goal>(Goal it)) {
				goals.put(id, it);
			}
		});
		return goals;
	}

	@PostMapping("/models")
	String prefer(@RequestParam(defaultValue = "") String preferredModel,
			@RequestParam(required = false) @Nullable String seen, @AuthenticationPrincipal SignedIn person,
			RedirectAttributes next) {
		if (seen != null && this.services.get(Service.GATEWAY, person.key(), Settings.class,
				SETTINGS) instanceof Answer.Given<Settings>(Settings now) && !seen.equals(now.seen())) {
			Outcome.changedElsewhere(next);
			return "redirect:/models";
		}
		Outcome.of(this.services.tell(Service.GATEWAY, HttpMethod.PATCH, person.key(), preference(preferredModel),
				SETTINGS), "The preferred model is changed.", next);
		return "redirect:/models";
	}

	@PostMapping("/agents")
	String add(@RequestParam String name, @RequestParam(defaultValue = "") String preferredModel,
			@AuthenticationPrincipal SignedIn person, RedirectAttributes next) {
		Map<String, @Nullable Object> agent = preference(preferredModel);
		agent.put("name", name.strip());
		Outcome.of(this.services.tell(Service.GATEWAY, HttpMethod.POST, person.key(), agent, AGENTS),
				"The agent is there. Name it in the header x-tallygate-agent.", next);
		return "redirect:/models";
	}

	@PostMapping("/agents/{id}/change")
	String change(@PathVariable PathName id, @RequestParam(defaultValue = "") String preferredModel,
			@RequestParam(required = false) @Nullable String seen, @AuthenticationPrincipal SignedIn person,
			RedirectAttributes next) {
		if (seen != null && this.services.get(Service.GATEWAY, person.key(), Agent.class, AGENTS + "/{id}",
				id.value()) instanceof Answer.Given<Agent>(Agent now) && !seen.equals(now.seen())) {
			Outcome.changedElsewhere(next);
			return "redirect:/models";
		}
		Outcome.of(this.services.tell(Service.GATEWAY, HttpMethod.PATCH, person.key(), preference(preferredModel),
				AGENTS + "/{id}", id.value()), "The agent’s model is changed.", next);
		return "redirect:/models";
	}

	@PostMapping("/agents/{id}/remove")
	String remove(@PathVariable PathName id, @AuthenticationPrincipal SignedIn person, RedirectAttributes next) {
		Outcome.of(this.services.tell(Service.GATEWAY, HttpMethod.DELETE, person.key(), AGENTS + "/{id}", id.value()),
				"The agent is removed; what it used stays in the books.", next);
		return "redirect:/models";
	}

	private static Map<String, @Nullable Object> preference(String model) {
		Map<String, @Nullable Object> body = new LinkedHashMap<>();
		body.put("preferredModel", model.isBlank() ? null : model.strip());
		return body;
	}

	/**
	 * What the gateway knows of a person.
	 */
	record Settings(@Nullable String preferredModel) {

		/** What the form to change it was filled from. */
		public String seen() {
			return Seen.of(this.preferredModel);
		}

		/** What a call without a model goes to, and why. */
		public String resolution(Goal goal) {
			return (this.preferredModel != null)
					? "A call that names no model, from no agent with a model of its own, goes to your preferred one, "
							+ goal.named(this.preferredModel) + "."
					: "You prefer no model: a call that names none goes to its agent’s, and else to "
							+ goal.operatorsDefault() + ".";
		}

	}

	/**
	 * Where a call goes that names no model, as the gateway tells it.
	 *
	 * @param by {@code agent}, {@code user} or {@code default}
	 * @param problem the code with which it is refused; null when it is not
	 */
	record Goal(@Nullable String wanted, @Nullable String by, @Nullable String model, @Nullable String problem) {

		/** Where the gateway does not say. */
		static final Goal UNKNOWN = new Goal(null, null, null, null);

		/** The operator's default, by its name where nothing comes before it. */
		String operatorsDefault() {
			return "the operator’s default" + (("default".equals(this.by) && this.wanted != null)
					? ", " + ((this.model != null) ? this.model : this.wanted) : "");
		}

		/** A choice, and what it means where that is more than it says. */
		String named(String choice) {
			return (choice.equals(this.wanted) && this.model != null && !choice.equals(this.model))
					? choice + ", here " + this.model : choice;
		}

		/** What it costs there, in a sentence; null where that is not known. */
		@Nullable String cost(Prices table) {
			if (this.model == null || !table.known()) {
				return null;
			}
			return table.of(this.model)
				.map((price) -> "It costs " + price.inWords() + ".")
				.orElse("No price is known for it: what it costs is in no sum, and a hard limit refuses it.");
		}

		/** What is wrong with the choice; null where nothing is. */
		public @Nullable String trouble() {
			return (this.problem != null) ? "No provider here is known to have " + this.wanted
					+ ": such a call is refused until another model is chosen." : null;
		}

	}

	/**
	 * A configured provider.
	 */
	record Provider(@Nullable String name, @Nullable String displayName) {
	}

	/**
	 * A person's agents.
	 */
	record Agents(@Nullable List<Agent> data, @Nullable String nextCursor) {

		public List<Agent> list() {
			return (this.data != null) ? this.data : List.of();
		}

	}

	/**
	 * One of them.
	 */
	record Agent(String id, @Nullable String name, @Nullable String preferredModel) {

		/** What the form to change it was filled from. */
		public String seen() {
			return Seen.of(this.name, this.preferredModel);
		}

		/**
		 * What a call of it without a model goes to, and why.
		 * @param own what its own model leads to; null where it has none or the gateway
		 * does not say
		 */
		public String resolution(@Nullable Settings settings, Goal goal, @Nullable Goal own) {
			if (this.preferredModel != null) {
				return (own != null && own.problem() != null) ? "nowhere: no provider here is known to have it"
						: ((own != null) ? own.named(this.preferredModel) : this.preferredModel) + ", its own";
			}
			return (settings != null && settings.preferredModel() != null)
					? goal.named(settings.preferredModel()) + ", as you prefer" : goal.operatorsDefault();
		}

	}

}
