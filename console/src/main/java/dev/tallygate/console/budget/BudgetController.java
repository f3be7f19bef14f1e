package dev.tallygate.console.budget;

import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Notice;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.session.SignedIn;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * Changes the person's own monthly limit.
 */
@Controller
class BudgetController {

	private final ServiceClient services;

	BudgetController(ServiceClient services) {
		this.services = services;
	}

	@PostMapping("/budget")
	String change(@RequestParam String dollars, @RequestParam(defaultValue = "hard") String enforcement,
			@AuthenticationPrincipal SignedIn person, RedirectAttributes redirect) {
		switch (BudgetAmount.parse(dollars)) {
			case BudgetAmount.Unreadable(String advice) ->
				redirect.addFlashAttribute("problem", Notice.refused(advice));
			case BudgetAmount.Limit(@Nullable Long cents) -> {
				Panel<Budget> panel = Panel.of(send(person, cents, "soft".equals(enforcement) ? "soft" : "hard"));
				if (panel.notice() != null) {
					redirect.addFlashAttribute("problem", panel.notice());
				}
				else {
					redirect.addFlashAttribute("done", "The limit is changed and in effect at every gateway.");
				}
			}
		}
		return "redirect:/";
	}

	private Answer<Budget> send(SignedIn person, @Nullable Long cents, String enforcement) {
		Map<String, @Nullable Object> change = new HashMap<>();
		change.put("monthlyBudgetCents", cents);
		change.put("enforcement", enforcement);
		return this.services.send(Service.BUDGETS, HttpMethod.PATCH, person.key(), change, Budget.class,
				"/api/users/me/budget");
	}

}
