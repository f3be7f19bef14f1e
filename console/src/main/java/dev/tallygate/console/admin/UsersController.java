package dev.tallygate.console.admin;

import dev.tallygate.console.Moments;
import dev.tallygate.console.budget.BudgetAmount;
import dev.tallygate.console.services.Outcome;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.PathName;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.session.SignedIn;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
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
 * People: make, limit, give credits, remove.
 */
@Controller
class UsersController {

	private static final ParameterizedTypeReference<Listed<User>> USERS = new ParameterizedTypeReference<>() {
	};

	private static final String PAGE = "redirect:/admin/users";

	private final ServiceClient services;

	UsersController(ServiceClient services) {
		this.services = services;
	}

	@GetMapping("/admin/users")
	String page(@RequestParam(required = false) @Nullable String cursor, @AuthenticationPrincipal SignedIn person,
			Model model) {
		Panel<Listed<User>> users = Panel
			.of(this.services.page(Service.KEYS, person.key(), USERS, cursor, "/api/users?limit=100"));
		model.addAttribute("users", users.content());
		model.addAttribute("notice", users.notice());
		return "admin-users";
	}

	@PostMapping("/admin/users")
	String create(@RequestParam String email, @RequestParam(defaultValue = "") String displayName,
			@RequestParam(defaultValue = "member") String role, @AuthenticationPrincipal SignedIn person, Model model) {
		Map<String, String> wanted = new HashMap<>(
				Map.of("email", email.strip(), "role", "admin".equals(role) ? "admin" : "member"));
		if (!displayName.isBlank()) {
			wanted.put("displayName", displayName.strip());
		}
		Panel<Created> created = Panel.ofChange(
				this.services.send(Service.KEYS, HttpMethod.POST, person.key(), wanted, Created.class, "/api/users"));
		model.addAttribute("created", created.content());
		model.addAttribute("problem", created.notice());
		return page(null, person, model);
	}

	@PostMapping("/admin/users/{id}/ceiling")
	String ceiling(@PathVariable PathName id, @RequestParam String dollars, @AuthenticationPrincipal SignedIn person,
			RedirectAttributes next) {
		switch (BudgetAmount.parse(dollars)) {
			case BudgetAmount.Unreadable(String advice) -> Outcome.refused(advice, next);
			// The page does not show the ceiling there is, so an empty field is no wish
			// to take it away.
			case BudgetAmount.Limit(@Nullable Long cents) when cents == null ->
				Outcome.refused("Type the ceiling in dollars, such as 50. To take it away, press “No ceiling”.", next);
			case BudgetAmount.Limit(@Nullable Long cents) ->
				ceiling(id, cents, "The ceiling is set and in effect at every gateway.", person, next);
		}
		return PAGE;
	}

	@PostMapping("/admin/users/{id}/no-ceiling")
	String noCeiling(@PathVariable PathName id, @AuthenticationPrincipal SignedIn person, RedirectAttributes next) {
		ceiling(id, null, "The ceiling is gone.", person, next);
		return PAGE;
	}

	private void ceiling(PathName id, @Nullable Long cents, String done, SignedIn person, RedirectAttributes next) {
		Map<String, @Nullable Object> change = new HashMap<>();
		change.put("ceilingCents", cents);
		Outcome.of(this.services.tell(Service.BUDGETS, HttpMethod.PATCH, person.key(), change, "/api/users/{id}/budget",
				id.value()), done, next);
	}

	@PostMapping("/admin/users/{id}/credits")
	String credits(@PathVariable PathName id, @RequestParam long amount, @RequestParam String reason,
			@AuthenticationPrincipal SignedIn person, RedirectAttributes next) {
		Outcome.of(
				this.services.tell(Service.BUDGETS, HttpMethod.POST, person.key(),
						Map.of("amount", amount, "reason", reason.strip(), "idempotencyKey",
								UUID.randomUUID().toString()),
						"/api/users/{id}/credits", id.value()),
				"The credits are granted.", next);
		return PAGE;
	}

	@PostMapping("/admin/users/{id}/remove")
	String remove(@PathVariable PathName id, @AuthenticationPrincipal SignedIn person, RedirectAttributes next) {
		Outcome.of(this.services.tell(Service.KEYS, HttpMethod.DELETE, person.key(), "/api/users/{id}", id.value()),
				"The person’s keys, secrets and personal data are gone; the ledger stays, without a name.", next);
		return PAGE;
	}

	/**
	 * A person.
	 */
	record User(String id, @Nullable String email, @Nullable String displayName, @Nullable String role,
			@Nullable Instant createdAt) {

		public String name() {
			if (this.displayName != null && !this.displayName.isBlank()) {
				return this.displayName;
			}
			return (this.email != null) ? this.email : "without an address";
		}

		public String since() {
			return (this.createdAt != null) ? Moments.day(this.createdAt, ZoneOffset.UTC) : "";
		}

	}

	/**
	 * A new person, with the first key this once.
	 */
	record Created(@Nullable User user, @Nullable Key apiKey) {
	}

	/**
	 * The first key.
	 */
	record Key(@Nullable String secret) {
	}

}
