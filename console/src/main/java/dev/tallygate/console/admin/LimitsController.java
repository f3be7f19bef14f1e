package dev.tallygate.console.admin;

import dev.tallygate.console.Dollars;
import dev.tallygate.console.budget.Alerts;
import dev.tallygate.console.budget.LimitForm;
import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.services.Together;
import dev.tallygate.console.session.SignedIn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * Everyone's budgets by state, the limits that all share, and all alerts.
 */
@Controller
class LimitsController {

	private static final ParameterizedTypeReference<Listed<Row>> BUDGETS = new ParameterizedTypeReference<>() {
	};

	private static final List<String> STATES = List.of("exceeded", "critical", "warning", "ok", "none");

	private static final String DEFAULT = "/api/budgets/default";

	private static final String INSTALLATION = "/api/budgets/installation";

	private final ServiceClient services;

	LimitsController(ServiceClient services) {
		this.services = services;
	}

	@GetMapping("/admin/budgets")
	String page(@RequestParam(required = false) @Nullable String state,
			@RequestParam(required = false) @Nullable String cursor, @AuthenticationPrincipal SignedIn person,
			Model model) {
		StringBuilder path = new StringBuilder("/api/budgets?limit=100");
		List<Object> variables = new ArrayList<>();
		if (state != null && STATES.contains(state)) {
			path.append("&state={state}");
			variables.add(state);
			model.addAttribute("state", state);
		}
		try (Together calls = new Together()) {
			Together.Part<Names> names = calls.ask(() -> Names.of(this.services, person));
			Together.Part<Answer<LimitForm.Limit>> everyone = calls.ask(() -> limit(person, DEFAULT));
			Together.Part<Answer<LimitForm.Limit>> installation = calls.ask(() -> limit(person, INSTALLATION));
			Panel<Listed<Row>> rows = Panel.of(this.services.page(Service.BUDGETS, person.key(), BUDGETS, cursor,
					path.toString(), variables.toArray()));
			model.addAttribute("names", names.get());
			model.addAttribute("states", STATES);
			model.addAttribute("budgets", rows.content());
			model.addAttribute("notice", rows.notice());
			model.addAttribute("everyone", LimitForm.Limit.known(everyone.get()));
			model.addAttribute("installation", LimitForm.Limit.known(installation.get()));
		}
		return "admin-budgets";
	}

	private Answer<LimitForm.Limit> limit(SignedIn person, String path) {
		return this.services.get(Service.BUDGETS, person.key(), LimitForm.Limit.class, path);
	}

	@PostMapping("/admin/budgets/default")
	String everyone(LimitForm form, @AuthenticationPrincipal SignedIn person, RedirectAttributes next) {
		new LimitForm(form.dollars(), null, form.enforcement(), "ceilingCents", form.seen()).send(this.services,
				person.key(), next, DEFAULT);
		return "redirect:/admin/budgets";
	}

	@PostMapping("/admin/budgets/installation")
	String installation(LimitForm form, @AuthenticationPrincipal SignedIn person, RedirectAttributes next) {
		new LimitForm(form.dollars(), null, form.enforcement(), null, form.seen()).send(this.services, person.key(),
				next, INSTALLATION);
		return "redirect:/admin/budgets";
	}

	@GetMapping("/admin/alerts")
	String alerts(@RequestParam(required = false) @Nullable String cursor, @AuthenticationPrincipal SignedIn person,
			Model model) {
		try (Together calls = new Together()) {
			Together.Part<Names> names = calls.ask(() -> Names.of(this.services, person));
			Panel<Alerts> alerts = Panel
				.of(this.services.page(Service.BUDGETS, person.key(), Alerts.class, cursor, "/api/alerts"));
			model.addAttribute("alerts", alerts.content());
			model.addAttribute("notice", alerts.notice());
			model.addAttribute("names", names.get());
		}
		return "admin-alerts";
	}

	/**
	 * One person's month.
	 */
	record Row(@Nullable String userId, @Nullable Long monthlyBudgetCents, @Nullable Long ceilingCents,
			@Nullable String binding, long spentNanos, @Nullable String percentUsed, @Nullable String state) {

		public String spent() {
			return Dollars.ofNanos(this.spentNanos);
		}

		public String limit() {
			Long limit = (this.monthlyBudgetCents == null) ? this.ceilingCents : (this.ceilingCents == null)
					? this.monthlyBudgetCents : Long.valueOf(Math.min(this.monthlyBudgetCents, this.ceilingCents));
			return (limit != null) ? Dollars.ofCents(limit) : "No limit";
		}

	}

}
