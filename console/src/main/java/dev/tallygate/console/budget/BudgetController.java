package dev.tallygate.console.budget;

import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Outcome;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.PathName;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.services.Together;
import dev.tallygate.console.session.SignedIn;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
 * The person's own limit, credits, alerts and months before.
 */
@Controller
class BudgetController {

	private static final String ALERTS = "/api/users/me/alerts";

	/** The most that are asked for at once. */
	private static final int MOST_ALERTS = 500;

	private final ServiceClient services;

	private final Clock clock;

	BudgetController(ServiceClient services, Clock clock) {
		this.services = services;
		this.clock = clock;
	}

	@GetMapping("/budget")
	String page(@RequestParam(required = false) @Nullable String cursor, @AuthenticationPrincipal SignedIn person,
			Model model) {
		try (Together calls = new Together()) {
			Together.Part<Answer<Budget>> budget = calls.ask(() -> Budget.of(this.services, person.key()));
			Together.Part<Answer<BillingAccount>> account = calls.ask(() -> account(person));
			Together.Part<Answer<BudgetHistory>> history = calls.ask(() -> this.services.get(Service.BUDGETS,
					person.key(), BudgetHistory.class, Budget.PATH + "/history"));
			Together.Part<OpenCalls> open = calls.ask(() -> OpenCalls.of(this.services, person.key()));
			Panel<Alerts> alerts = Panel
				.of(this.services.page(Service.BUDGETS, person.key(), Alerts.class, cursor, ALERTS));
			model.addAttribute("alerts", alerts.content());
			model.addAttribute("alertsNotice", alerts.notice());
			Panel<Budget> limit = Panel.of(budget.get());
			model.addAttribute("budgetNotice", limit.notice());
			if (limit.content() != null) {
				model.addAttribute("budget", BudgetView.of(limit.content(), open.get(), this.clock.instant()));
				model.addAttribute("rules", Rules.of(limit.content()));
			}
			model.addAttribute("account", given(account.get()));
			BudgetHistory months = given(history.get());
			model.addAttribute("history", (months != null)
					? months.before((limit.content() != null) ? limit.content().period() : null) : null);
		}
		return "budget";
	}

	/** Why a call was refused, and what to do about it. */
	@GetMapping("/refusals/{id}")
	String refusal(@PathVariable PathName id, @AuthenticationPrincipal SignedIn person, Model model) {
		try (Together calls = new Together()) {
			Together.Part<Answer<Budget>> budget = calls.ask(() -> Budget.of(this.services, person.key()));
			Together.Part<Answer<BillingAccount>> account = calls.ask(() -> account(person));
			Panel<Alerts> alerts = Panel.of(alertsWith(id, person));
			Panel<Budget> now = Panel.of(budget.get());
			model.addAttribute("notice", (alerts.notice() != null) ? alerts.notice() : now.notice());
			model.addAttribute("refusal", (alerts.content() != null) ? alerts.content().refusal(id.value()) : null);
			model.addAttribute("budget", (now.content() != null)
					? BudgetView.of(now.content(), OpenCalls.NONE, this.clock.instant()) : null);
			model.addAttribute("account", given(account.get()));
		}
		return "refusal";
	}

	/** The page of alerts that has this one; the last where none has. */
	private Answer<Alerts> alertsWith(PathName id, SignedIn person) {
		String cursor = null;
		Answer<Alerts> page;
		do {
			page = this.services.page(Service.BUDGETS, person.key(), Alerts.class, cursor, ALERTS + "?limit={limit}",
					MOST_ALERTS);
			cursor = (page instanceof Answer.Given<Alerts>(Alerts alerts) && alerts.refusal(id.value()) == null)
					? alerts.nextCursor() : null;
		}
		while (cursor != null);
		return page;
	}

	private Answer<BillingAccount> account(SignedIn person) {
		return this.services.get(Service.BUDGETS, person.key(), BillingAccount.class, "/api/users/me/billing-account");
	}

	private static <T> @Nullable T given(Answer<T> answer) {
		return (answer instanceof Answer.Given<T>(T value)) ? value : null;
	}

	@PostMapping("/budget")
	String change(@RequestParam String dollars, @RequestParam(defaultValue = "hard") String enforcement,
			@RequestParam(required = false) @Nullable String thresholds,
			@RequestParam(required = false) @Nullable String timeZone,
			@RequestParam(required = false) @Nullable String seen, @AuthenticationPrincipal SignedIn person,
			RedirectAttributes redirect) {
		if (changedElsewhere(person, seen)) {
			Outcome.changedElsewhere(redirect);
			return "redirect:/budget";
		}
		switch (BudgetAmount.parse(dollars)) {
			case BudgetAmount.Unreadable(String advice) -> Outcome.refused(advice, redirect);
			case BudgetAmount.Limit(@Nullable Long cents) -> {
				try {
					Outcome.of(
							this.services.send(Service.BUDGETS, HttpMethod.PATCH, person.key(),
									body(cents, enforcement, thresholds, timeZone), Budget.class, Budget.PATH),
							"The limit is changed and in effect at every gateway.", redirect);
				}
				catch (NumberFormatException ex) {
					Outcome.refused("Type thresholds as whole per cents, such as 75, 90, 100.", redirect);
				}
			}
		}
		return "redirect:/budget";
	}

	private boolean changedElsewhere(SignedIn person, @Nullable String seen) {
		return seen != null && Budget.of(this.services, person.key()) instanceof Answer.Given<Budget>(Budget now)
				&& !seen.equals(Rules.of(now).seen());
	}

	private static Map<String, @Nullable Object> body(@Nullable Long cents, String enforcement,
			@Nullable String thresholds, @Nullable String timeZone) {
		Map<String, @Nullable Object> change = new HashMap<>();
		change.put("monthlyBudgetCents", cents);
		change.put("enforcement", "soft".equals(enforcement) ? "soft" : "hard");
		if (thresholds != null) {
			List<Integer> percents = new ArrayList<>();
			for (String percent : thresholds.split("[,\\s%]+", -1)) {
				if (!percent.isEmpty()) {
					percents.add(Integer.valueOf(percent));
				}
			}
			change.put("thresholds", percents);
		}
		if (timeZone != null && !timeZone.isBlank()) {
			change.put("timeZone", timeZone.strip());
		}
		return change;
	}

	/**
	 * What the form for the rules shows.
	 *
	 * @param seen what the form was filled from, to notice a change made elsewhere
	 */
	record Rules(String thresholds, String timeZone, String seen) {

		static Rules of(Budget budget) {
			List<Integer> percents = (budget.thresholds() != null) ? budget.thresholds() : List.of();
			String text = String.join(", ", percents.stream().map(String::valueOf).toList());
			String zone = (budget.timeZone() != null) ? budget.timeZone() : "UTC";
			return new Rules(text, zone,
					budget.monthlyBudgetCents() + "/" + budget.enforcement() + "/" + text + "/" + zone);
		}

	}

}
