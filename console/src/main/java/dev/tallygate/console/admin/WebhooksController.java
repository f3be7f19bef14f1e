package dev.tallygate.console.admin;

import dev.tallygate.console.Moments;
import dev.tallygate.console.services.Outcome;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.PathName;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.session.SignedIn;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
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
 * Where alerts are sent, and how each attempt went.
 */
@Controller
class WebhooksController {

	private static final ParameterizedTypeReference<Listed<Webhook>> WEBHOOKS = new ParameterizedTypeReference<>() {
	};

	private static final ParameterizedTypeReference<Listed<Delivery>> DELIVERIES = new ParameterizedTypeReference<>() {
	};

	private static final String PATH = "/api/webhooks";

	private static final String ONE = PATH + "/{id}";

	private final ServiceClient services;

	WebhooksController(ServiceClient services) {
		this.services = services;
	}

	@GetMapping("/admin/webhooks")
	String page(@AuthenticationPrincipal SignedIn person, Model model) {
		Panel<Listed<Webhook>> webhooks = Panel.of(this.services.get(Service.BUDGETS, person.key(), WEBHOOKS, PATH));
		model.addAttribute("webhooks", webhooks.content());
		model.addAttribute("notice", webhooks.notice());
		return "admin-webhooks";
	}

	/** Answers with the page itself: the secret is shown this once. */
	@PostMapping("/admin/webhooks")
	String add(@RequestParam String url, @RequestParam(defaultValue = "cloudevents") String format,
			@AuthenticationPrincipal SignedIn person, Model model) {
		Panel<Made> made = Panel.of(this.services.send(Service.BUDGETS, HttpMethod.POST, person.key(),
				Map.of("url", url.strip(), "format", "slack".equals(format) ? "slack" : "cloudevents"), Made.class,
				PATH));
		model.addAttribute("made", made.content());
		model.addAttribute("problem", made.notice());
		return page(person, model);
	}

	@PostMapping("/admin/webhooks/{id}/remove")
	String remove(@PathVariable PathName id, @AuthenticationPrincipal SignedIn person, RedirectAttributes next) {
		Outcome.of(this.services.tell(Service.BUDGETS, HttpMethod.DELETE, person.key(), ONE, id.value()),
				"The webhook is removed.", next);
		return "redirect:/admin/webhooks";
	}

	@PostMapping("/admin/webhooks/{id}/test")
	String test(@PathVariable PathName id, @AuthenticationPrincipal SignedIn person, RedirectAttributes next) {
		Outcome.of(
				this.services.patient().tell(Service.BUDGETS, HttpMethod.POST, person.key(), ONE + "/test", id.value()),
				"A test is on its way; see how it went below.", next);
		return "redirect:/admin/webhooks/" + id.value();
	}

	@GetMapping("/admin/webhooks/{id}")
	String one(@PathVariable PathName id, @AuthenticationPrincipal SignedIn person, Model model) {
		Panel<Listed<Delivery>> deliveries = Panel
			.of(this.services.get(Service.BUDGETS, person.key(), DELIVERIES, ONE + "/deliveries", id.value()));
		model.addAttribute("id", id.value());
		model.addAttribute("deliveries", deliveries.content());
		model.addAttribute("notice", deliveries.notice());
		return "admin-webhook";
	}

	@PostMapping("/admin/webhooks/{id}/redeliver")
	String again(@PathVariable PathName id, @RequestParam PathName delivery, @AuthenticationPrincipal SignedIn person,
			RedirectAttributes next) {
		Outcome.of(
				this.services.tell(Service.BUDGETS, HttpMethod.POST, person.key(),
						ONE + "/deliveries/{delivery}/redeliver", id.value(), delivery.value()),
				"It is sent once more.", next);
		return "redirect:/admin/webhooks/" + id.value();
	}

	/**
	 * Where alerts go.
	 */
	record Webhook(String id, @Nullable String url, @Nullable String format, @Nullable Boolean enabled,
			@Nullable String disabledReason) {

		public String state() {
			if (Boolean.FALSE.equals(this.enabled)) {
				return (this.disabledReason != null) ? "off: " + this.disabledReason : "off";
			}
			return "on";
		}

	}

	/**
	 * A new one, with its signing secret this once.
	 */
	record Made(@Nullable String url, @Nullable String secret) {
	}

	/**
	 * A delivery and the attempts at it.
	 *
	 * @param state waiting, delivered or failed
	 */
	record Delivery(String id, @Nullable String alertId, @Nullable String type, @Nullable String state,
			@Nullable List<Attempt> attempts, @Nullable Instant nextAttemptAt) {

		private @Nullable Attempt last() {
			return (this.attempts == null || this.attempts.isEmpty()) ? null : this.attempts.getLast();
		}

		public int tries() {
			return (this.attempts != null) ? this.attempts.size() : 0;
		}

		public String answer() {
			Attempt last = last();
			if (last == null) {
				return "–";
			}
			return (last.status() != null) ? last.status().toString() : String.valueOf(last.outcome());
		}

		public String at() {
			Attempt last = last();
			return (last != null && last.attemptedAt() != null) ? Moments.minute(last.attemptedAt(), ZoneOffset.UTC)
					: "not yet";
		}

		public String next() {
			return (this.nextAttemptAt != null) ? Moments.minute(this.nextAttemptAt, ZoneOffset.UTC) : "–";
		}

	}

	/**
	 * One attempt.
	 *
	 * @param status the receiver's; null where it did not answer
	 */
	record Attempt(@Nullable Instant attemptedAt, @Nullable Integer status, @Nullable String outcome) {
	}

}
