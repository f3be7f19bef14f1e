package dev.tallygate.console.admin;

import dev.tallygate.console.Moments;
import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Outcome;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.PathName;
import dev.tallygate.console.services.Seen;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.services.Together;
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
		Panel<Listed<Webhook>> webhooks = Panel
			.of(this.services.get(Service.BUDGETS, person.key(), WEBHOOKS, PATH + "?limit=500"));
		model.addAttribute("webhooks", webhooks.content());
		model.addAttribute("notice", webhooks.notice());
		return "admin-webhooks";
	}

	/** Answers with the page itself: the secret is shown this once. */
	@PostMapping("/admin/webhooks")
	String add(@RequestParam String url, @RequestParam(defaultValue = "cloudevents") String format,
			@AuthenticationPrincipal SignedIn person, Model model) {
		Panel<Made> made = Panel.ofChange(this.services.send(Service.BUDGETS, HttpMethod.POST, person.key(),
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

	@PostMapping("/admin/webhooks/{id}/change")
	String change(@PathVariable PathName id, @RequestParam String url,
			@RequestParam(defaultValue = "cloudevents") String format,
			@RequestParam(defaultValue = "") String description, @RequestParam(defaultValue = "on") String state,
			@RequestParam(required = false) @Nullable String seen, @AuthenticationPrincipal SignedIn person,
			RedirectAttributes next) {
		Answer<Webhook> now = this.services.get(Service.BUDGETS, person.key(), Webhook.class, ONE, id.value());
		if (seen != null && now instanceof Answer.Given<Webhook>(Webhook hook) && !seen.equals(hook.seen())) {
			Outcome.changedElsewhere(next);
		}
		else {
			Outcome.of(this.services.tell(Service.BUDGETS, HttpMethod.PATCH, person.key(),
					Map.of("url", url.strip(), "format", "slack".equals(format) ? "slack" : "cloudevents",
							"description", description.strip(), "enabled", !"off".equals(state)),
					ONE, id.value()), "The webhook is changed.", next);
		}
		return "redirect:/admin/webhooks/" + id.value();
	}

	/** Answers with the page itself: the secret is shown this once. */
	@PostMapping("/admin/webhooks/{id}/rotate-secret")
	String rotate(@PathVariable PathName id, @AuthenticationPrincipal SignedIn person, Model model) {
		Panel<Made> made = Panel.ofChange(this.services.send(Service.BUDGETS, HttpMethod.POST, person.key(), null,
				Made.class, ONE + "/rotate-secret", id.value()));
		model.addAttribute("made", made.content());
		model.addAttribute("problem", made.notice());
		return one(id, null, person, model);
	}

	/** The address of the page that shows a new secret, when it is loaded again. */
	@GetMapping("/admin/webhooks/{id}/rotate-secret")
	String rotated(@PathVariable PathName id) {
		return "redirect:/admin/webhooks/" + id.value();
	}

	@GetMapping("/admin/webhooks/{id}")
	String one(@PathVariable PathName id, @RequestParam(required = false) @Nullable String cursor,
			@AuthenticationPrincipal SignedIn person, Model model) {
		try (Together calls = new Together()) {
			Together.Part<Answer<Listed<Delivery>>> all = calls.ask(() -> this.services.page(Service.BUDGETS,
					person.key(), DELIVERIES, cursor, ONE + "/deliveries", id.value()));
			Panel<Webhook> webhook = Panel
				.of(this.services.get(Service.BUDGETS, person.key(), Webhook.class, ONE, id.value()));
			Panel<Listed<Delivery>> deliveries = Panel.of(all.get());
			model.addAttribute("id", id.value());
			model.addAttribute("webhook", webhook.content());
			model.addAttribute("webhookNotice", webhook.notice());
			model.addAttribute("deliveries", deliveries.content());
			model.addAttribute("notice", deliveries.notice());
		}
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
	record Webhook(String id, @Nullable String url, @Nullable String description, @Nullable String format,
			@Nullable Boolean enabled, @Nullable String disabledReason, @Nullable Instant failingSince,
			@Nullable Instant oldSecretUntil) {

		public boolean on() {
			return !Boolean.FALSE.equals(this.enabled);
		}

		public String state() {
			if (!on()) {
				return (this.disabledReason != null) ? "off: " + this.disabledReason.replace('_', ' ') : "off";
			}
			return (this.failingSince != null) ? "failing" : "on";
		}

		/** For the eye. */
		public String badge() {
			if (!on()) {
				return "none";
			}
			return (this.failingSince != null) ? "exceeded" : "ok";
		}

		public boolean slack() {
			return "slack".equals(this.format);
		}

		/** What it is sent as, in words. */
		public String formatText() {
			return slack() ? "a Slack message"
					: "cloudevents".equals(this.format) ? "CloudEvents JSON" : String.valueOf(this.format);
		}

		public @Nullable String failing() {
			return (this.failingSince != null) ? Moments.minute(this.failingSince, ZoneOffset.UTC) : null;
		}

		/** Until when the replaced secret signs too. */
		public @Nullable String oldSecret() {
			return (this.oldSecretUntil != null && this.oldSecretUntil.isAfter(Instant.now()))
					? Moments.minute(this.oldSecretUntil, ZoneOffset.UTC) : null;
		}

		/** What the form to change it was filled from. */
		public String seen() {
			return Seen.of(this.url, this.description, this.format, this.enabled);
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

		/** All of them, the first first. */
		public List<Attempt> all() {
			return (this.attempts != null) ? this.attempts : List.of();
		}

		/** For the eye. */
		public String badge() {
			return switch (String.valueOf(this.state)) {
				case "delivered" -> "ok";
				case "failed" -> "exceeded";
				default -> "none";
			};
		}

		/** What was sent, in words. */
		public String title() {
			return switch (String.valueOf(this.type)) {
				case "webhook.test" -> "A test";
				case "budget.threshold-crossed" -> "A threshold was reached";
				case "budget.exceeded" -> "A limit was reached";
				case "budget.call-refused" -> "A call was refused";
				case "credits.exhausted" -> "Credits are used up";
				case "calls.repeating" -> "A prompt repeats";
				case "model.unpriced" -> "A model without a price was called";
				case "system-key.rejected" -> "A provider does not take the operator’s key";
				default -> (this.type != null) ? this.type : String.valueOf(this.alertId);
			};
		}

	}

	/**
	 * One attempt.
	 *
	 * @param status the receiver's; null where it did not answer
	 */
	record Attempt(@Nullable Instant attemptedAt, @Nullable Integer status, @Nullable String outcome,
			@Nullable Long millis) {

		public String at() {
			return (this.attemptedAt != null) ? Moments.second(this.attemptedAt) : "–";
		}

		/** What came of it, in words. */
		public String words() {
			String what = switch (String.valueOf(this.outcome)) {
				case "delivered" -> "taken";
				case "refused" -> "refused";
				case "timeout" -> "no answer in time";
				case "tls_failed" -> "no secure connection";
				case "unreachable" -> "nobody listens there";
				case "unknown_host" -> "no such host";
				case "private_address" -> "a private address, which is not allowed";
				case "broken" -> "the connection broke";
				default -> String.valueOf(this.outcome);
			};
			return (this.status != null) ? what + ", status " + this.status : what;
		}

		public String took() {
			return (this.millis != null) ? this.millis + " ms" : "–";
		}
	}

}
