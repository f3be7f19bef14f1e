package dev.tallygate.console.admin;

import dev.tallygate.console.Dollars;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.PathName;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.services.Together;
import dev.tallygate.console.session.SignedIn;
import java.time.Clock;
import java.time.YearMonth;
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
 * What has no price, and how a corrected one is applied to what was called before.
 */
@Controller
class PricesController {

	private static final ParameterizedTypeReference<Listed<Unpriced>> UNPRICED = new ParameterizedTypeReference<>() {
	};

	private final ServiceClient services;

	private final Clock clock;

	PricesController(ServiceClient services, Clock clock) {
		this.services = services;
		this.clock = clock;
	}

	@GetMapping("/admin/prices")
	String prices(@RequestParam(defaultValue = "", name = "model") String asked,
			@AuthenticationPrincipal SignedIn person, Model model) {
		String period = YearMonth.from(this.clock.instant().atZone(ZoneOffset.UTC)).toString();
		Panel<Listed<Unpriced>> unpriced = Panel.of(this.services.get(Service.METERING, person.key(), UNPRICED,
				"/api/usage/unpriced?period={period}", period));
		model.addAttribute("unpriced", unpriced.content());
		model.addAttribute("notice", unpriced.notice());
		model.addAttribute("period", period);
		model.addAttribute("asked", asked);
		return "admin-prices";
	}

	/** First what would change, then the change itself; each has a page of its own. */
	@PostMapping("/admin/rerate")
	String rerate(@RequestParam String period, @RequestParam String model, @RequestParam String reason,
			@RequestParam(defaultValue = "true") boolean dryRun, @AuthenticationPrincipal SignedIn person,
			RedirectAttributes next) {
		Map<String, Object> wanted = Map.of("period", period.strip(), "model", model.strip(), "reason", reason.strip(),
				"dryRun", dryRun);
		Panel<Job> job = Panel.of(this.services.patient()
			.send(Service.METERING, HttpMethod.POST, person.key(), wanted, Job.class, "/api/usage/rerate"));
		if (job.content() != null && PathName.canBe(job.content().id())) {
			return "redirect:/admin/rerate/" + job.content().id();
		}
		next.addFlashAttribute("problem", job.notice());
		next.addFlashAttribute("wanted", wanted);
		return "redirect:/admin/prices";
	}

	@GetMapping("/admin/rerate/{id}")
	String job(@PathVariable PathName id, @AuthenticationPrincipal SignedIn person, Model model) {
		try (Together calls = new Together()) {
			Together.Part<Names> names = calls.ask(() -> Names.of(this.services, person));
			Panel<Job> job = Panel
				.of(this.services.get(Service.METERING, person.key(), Job.class, "/api/usage/jobs/{id}", id.value()));
			model.addAttribute("job", job.content());
			model.addAttribute("names", names.get());
			model.addAttribute("notice", job.notice());
		}
		return "admin-rerate";
	}

	/**
	 * What has no price.
	 */
	record Unpriced(@Nullable String provider, @Nullable String model, @Nullable String meter, long requestCount,
			long inputTokens, long outputTokens, @Nullable Long quantity) {

		public String count() {
			return Dollars.count(this.requestCount);
		}

		/** What was used of it. */
		public String used() {
			return (this.meter == null)
					? Dollars.count(this.inputTokens) + " in, " + Dollars.count(this.outputTokens) + " out"
					: (this.quantity != null) ? Dollars.count(this.quantity) : "not known";
		}

		public String meterText() {
			return (this.meter == null) ? "everything" : this.meter.replace('_', ' ');
		}

	}

	/**
	 * What a re-rating would change, or does.
	 */
	record Job(@Nullable String id, @Nullable String state, @Nullable String failure, @Nullable String provider,
			@Nullable String model, @Nullable String period, @Nullable String reason, boolean dryRun, long total,
			long examined, long calls, long adjusted, long skipped, long deltaNanos, @Nullable List<Share> byUser) {

		public boolean over() {
			return "done".equals(this.state) || "failed".equals(this.state);
		}

		public String difference() {
			return Dollars.ofNanos(this.deltaNanos);
		}

		/** Where it stands, in a sentence. */
		public String sentence() {
			if ("failed".equals(this.state)) {
				return "It failed" + ((this.failure != null) ? ": " + this.failure : ".");
			}
			String much = Dollars.count(this.calls, "call");
			if (!over()) {
				return "Looked at " + Dollars.count(this.examined) + " of " + Dollars.count(this.total, "call")
						+ " so far; " + much + ((this.calls == 1) ? " differs." : " differ.");
			}
			if (this.calls == 0) {
				return "Nothing would change: "
						+ ((this.total == 1) ? "the one call" : "each of the " + Dollars.count(this.total, "call"))
						+ " already costs what it should.";
			}
			return this.dryRun
					? much + " of " + Dollars.count(this.total) + " would change, by " + difference() + " in all."
					: Dollars.count(this.adjusted, "correction") + ((this.adjusted == 1) ? " is" : " are")
							+ " in the ledger, " + difference() + " in all.";
		}

		/** What is left alone, in a sentence; null where nothing is. */
		public @Nullable String left() {
			return switch ((int) Math.min(this.skipped, 2)) {
				case 0 -> null;
				case 1 -> "1 call is left alone: another model took part in it, whose price was not asked for.";
				default -> Dollars.count(this.skipped, "call")
						+ " are left alone: other models took part in them, whose prices were not asked for.";
			};
		}

		public List<Share> shares() {
			return (this.byUser != null) ? this.byUser : List.of();
		}

	}

	/**
	 * What it comes to for one person.
	 */
	record Share(@Nullable String userId, long calls, long deltaNanos) {

		public String difference() {
			return Dollars.ofNanos(this.deltaNanos);
		}

		public String count() {
			return Dollars.count(this.calls);
		}

	}

}
