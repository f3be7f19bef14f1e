package dev.tallygate.console.usage;

import dev.tallygate.console.ConsoleProperties;
import dev.tallygate.console.Moments;
import dev.tallygate.console.budget.BillingAccount;
import dev.tallygate.console.budget.Budget;
import dev.tallygate.console.budget.BudgetView;
import dev.tallygate.console.budget.OpenCalls;
import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.services.Together;
import dev.tallygate.console.session.SignedIn;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * The first page: this month's usage against the budget.
 */
@Controller
class UsageController {

	private static final ParameterizedTypeReference<List<FirstCall.ProviderInfo>> PROVIDERS = new ParameterizedTypeReference<>() {
	};

	private final ServiceClient services;

	private final ConsoleProperties properties;

	private final Clock clock;

	UsageController(ServiceClient services, ConsoleProperties properties, Clock clock) {
		this.services = services;
		this.properties = properties;
		this.clock = clock;
	}

	@GetMapping("/")
	String page(@RequestParam(required = false) @Nullable String period, @AuthenticationPrincipal SignedIn person,
			Model model) {
		Instant now = this.clock.instant();
		try (Together calls = new Together()) {
			Together.Part<Answer<Budget>> budget = calls.ask(() -> Budget.of(this.services, person.key()));
			Together.Part<Answer<BillingAccount>> account = calls.ask(() -> account(person));
			Together.Part<OpenCalls> open = calls.ask(() -> OpenCalls.of(this.services, person.key()));
			Panel<Budget> budgetPanel = Panel.of(budget.get());
			ZoneId zone = Moments.zone((budgetPanel.content() != null) ? budgetPanel.content().timeZone() : null);
			Month month = Month.of(period, now, zone);
			Together.Part<Answer<UsageSummary>> usage = calls.ask(() -> summary(person, month));
			Together.Part<Answer<DailyUsage>> daily = calls.ask(() -> daily(person, month));
			Together.Part<OwnGroups> keys = calls.ask(() -> groups(person, month, "key"));
			Together.Part<OwnGroups> tags = calls.ask(() -> groups(person, month, "tag"));
			Together.Part<OwnGroups> agents = calls.ask(() -> agents(person, month));
			Panel<UsageSummary> usagePanel = Panel.of(usage.get());
			model.addAttribute("budgetNotice", budgetPanel.notice());
			model.addAttribute("budget",
					(budgetPanel.content() != null) ? BudgetView.of(budgetPanel.content(), open.get(), now) : null);
			model.addAttribute("account",
					(account.get() instanceof Answer.Given<BillingAccount>(BillingAccount it)) ? it : null);
			model.addAttribute("usageNotice", usagePanel.notice());
			model.addAttribute("usage",
					(usagePanel.content() != null) ? UsageView.of(usagePanel.content(), zone) : null);
			model.addAttribute("chart", chart(daily.get(), LocalDate.ofInstant(now, zone)));
			model.addAttribute("keys", keys.get());
			model.addAttribute("agents", agents.get());
			model.addAttribute("tags", tags.get());
			model.addAttribute("month", month);
			if (month.current() && usagePanel.content() != null && usagePanel.content().unused()) {
				model.addAttribute("firstCall", FirstCall.of(this.properties, providers(person)));
			}
		}
		return "usage";
	}

	private Answer<UsageSummary> summary(SignedIn person, Month month) {
		return month.current()
				? this.services.get(Service.METERING, person.key(), UsageSummary.class, "/api/users/me/usage/summary")
				: this.services.get(Service.METERING, person.key(), UsageSummary.class,
						"/api/users/me/usage/summary?period={period}", month.period().toString());
	}

	private Answer<DailyUsage> daily(SignedIn person, Month month) {
		return month.current()
				? this.services.get(Service.METERING, person.key(), DailyUsage.class, "/api/users/me/usage/daily")
				: this.services.get(Service.METERING, person.key(), DailyUsage.class,
						"/api/users/me/usage/daily?period={period}", month.period().toString());
	}

	/** An extra, like the drawing. */
	private OwnGroups groups(SignedIn person, Month month, String by) {
		return (this.services.get(Service.METERING, person.key(), OwnGroups.class,
				"/api/users/me/usage/groups?groupBy={by}&period={period}", by,
				month.period().toString()) instanceof Answer.Given<OwnGroups>(OwnGroups groups)) ? groups
						: OwnGroups.NONE;
	}

	/** Of an agent metering-service knows the id alone. */
	private OwnGroups agents(SignedIn person, Month month) {
		OwnGroups groups = groups(person, month, "agent");
		if (!groups.telling()) {
			return groups;
		}
		Map<String, @Nullable String> names = new HashMap<>();
		if (this.services.get(Service.GATEWAY, person.key(), Agents.class,
				"/api/users/me/agents?limit=200") instanceof Answer.Given<Agents>(Agents agents)
				&& agents.data() != null) {
			agents.data().forEach((agent) -> names.put(agent.id(), agent.name()));
		}
		return new OwnGroups(groups.groups().stream().map((group) -> group.named(names.get(group.agentId()))).toList());
	}

	private Answer<BillingAccount> account(SignedIn person) {
		return this.services.get(Service.BUDGETS, person.key(), BillingAccount.class, "/api/users/me/billing-account");
	}

	private List<FirstCall.ProviderInfo> providers(SignedIn person) {
		return (this.services.get(Service.KEYS, person.key(), PROVIDERS,
				"/api/providers") instanceof Answer.Given<List<FirstCall.ProviderInfo>>(List<FirstCall.ProviderInfo> list))
						? list : List.of();
	}

	/** The drawing is an extra: without it the page says the same in figures. */
	private static @Nullable DailyChart chart(Answer<DailyUsage> daily, LocalDate today) {
		return (daily instanceof Answer.Given<DailyUsage>(DailyUsage usage)
				&& usage.days().stream().anyMatch((day) -> day.costNanos() > 0)) ? DailyChart.of(usage, today) : null;
	}

	/**
	 * A person's agents, as the gateway lists them.
	 */
	record Agents(@Nullable List<Agent> data) {
	}

	/**
	 * One of them.
	 */
	record Agent(@Nullable String id, @Nullable String name) {
	}

}
