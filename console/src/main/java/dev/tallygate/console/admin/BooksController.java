package dev.tallygate.console.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tallygate.console.Dollars;
import dev.tallygate.console.Moments;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.PathName;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.session.SignedIn;
import java.time.Clock;
import java.time.Instant;
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
 * Whether the books are whole, what has no price, who spent what, and who did what.
 */
@Controller
class BooksController {

	private static final ParameterizedTypeReference<Listed<Group>> GROUPS = new ParameterizedTypeReference<>() {
	};

	private static final ParameterizedTypeReference<Listed<Unpriced>> UNPRICED = new ParameterizedTypeReference<>() {
	};

	private static final ParameterizedTypeReference<Listed<Entry>> ENTRIES = new ParameterizedTypeReference<>() {
	};

	private static final List<String> GROUPINGS = List.of("user", "provider", "model", "key", "agent");

	private final ServiceClient services;

	private final Clock clock;

	BooksController(ServiceClient services, Clock clock) {
		this.services = services;
		this.clock = clock;
	}

	@GetMapping("/admin")
	String books(@RequestParam(defaultValue = "user") String groupBy,
			@RequestParam(required = false) @Nullable String tag,
			@RequestParam(required = false) @Nullable String cursor, @AuthenticationPrincipal SignedIn person,
			Model model) {
		String period = YearMonth.from(this.clock.instant().atZone(ZoneOffset.UTC)).toString();
		String group = (tag != null && !tag.isBlank()) ? "tag:" + tag.strip()
				: GROUPINGS.contains(groupBy) ? groupBy : "user";
		Panel<Listed<Group>> groups = Panel.of(this.services.page(Service.METERING, person.key(), GROUPS, cursor,
				"/api/usage/summary?period={period}&groupBy={group}", period, group));
		model.addAttribute("groups", groups.content());
		model.addAttribute("groupsNotice", groups.notice());
		model.addAttribute("names", Names.of(this.services, person));
		model.addAttribute("groupings", GROUPINGS);
		model.addAttribute("groupBy", group);
		return "admin";
	}

	/**
	 * Whether the books are whole; it may take a while to tell, so the page fetches it
	 * when it is there.
	 */
	@GetMapping("/admin/books")
	String whole(@AuthenticationPrincipal SignedIn person, Model model) {
		String period = YearMonth.from(this.clock.instant().atZone(ZoneOffset.UTC)).toString();
		Panel<Audit> audit = Panel.of(this.services.patient()
			.get(Service.METERING, person.key(), Audit.class, "/api/usage/audit?period={period}", period));
		model.addAttribute("audit", audit.content());
		model.addAttribute("auditNotice", audit.notice());
		return "admin-books";
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
		Panel<Job> job = Panel
			.of(this.services.get(Service.METERING, person.key(), Job.class, "/api/usage/jobs/{id}", id.value()));
		model.addAttribute("job", job.content());
		model.addAttribute("names", Names.of(this.services, person));
		model.addAttribute("notice", job.notice());
		return "admin-rerate";
	}

	@GetMapping("/admin/audit")
	String trail(@RequestParam(required = false) @Nullable String only,
			@RequestParam(required = false) @Nullable String cursor, @AuthenticationPrincipal SignedIn person,
			Model model) {
		String path = "/api/audit?limit=100" + switch (only) {
			case "changes" -> "&reveals=false";
			case "reveals" -> "&action=provider-key.revealed";
			case null, default -> "";
		};
		Panel<Listed<Entry>> entries = Panel.of(this.services.page(Service.KEYS, person.key(), ENTRIES, cursor, path));
		model.addAttribute("only", only);
		model.addAttribute("entries", entries.content());
		model.addAttribute("notice", entries.notice());
		model.addAttribute("names", Names.of(this.services, person));
		return "admin-audit";
	}

	/** Whether the trail is whole; all of it is read to tell. */
	@GetMapping("/admin/audit/chain")
	String chain(@AuthenticationPrincipal SignedIn person, Model model) {
		Panel<Chain> chain = Panel
			.of(this.services.patient().get(Service.KEYS, person.key(), Chain.class, "/api/audit/verify"));
		model.addAttribute("chain", chain.content());
		model.addAttribute("chainNotice", chain.notice());
		return "admin-chain";
	}

	/**
	 * Whether the books are whole.
	 */
	record Audit(boolean whole, @Nullable Object ledger, @Nullable Object aggregates,
			@Nullable List<Map<String, Object>> differences, @Nullable List<Source> sources, @Nullable Long deadLetters,
			@Nullable Long conflictingDuplicates) {

		/** Such as {@code 1,204,331 of 1,204,331 calls booked}. */
		public String booked() {
			long seen = sources().stream().mapToLong(Source::seqSeen).sum();
			long missing = sources().stream().mapToLong(Source::gaps).sum();
			return Dollars.count(seen - missing) + " of " + Dollars.count(seen) + " calls booked";
		}

		@Override
		public List<Source> sources() {
			return (this.sources != null) ? this.sources : List.of();
		}

		public int differing() {
			return (this.differences != null) ? this.differences.size() : 0;
		}

	}

	/**
	 * A gateway, as a source of events.
	 *
	 * @param seqSeen the highest number heard of it
	 * @param gaps how many below that are missing
	 */
	record Source(@Nullable String source, long seqSeen, long gaps, boolean closed) {

		public String seen() {
			return Dollars.count(this.seqSeen);
		}

		public String missing() {
			return Dollars.count(this.gaps);
		}

	}

	/**
	 * What one user, model, key or tag took.
	 */
	record Group(@Nullable String value, @Nullable String name, @Nullable String userId, @Nullable String provider,
			@Nullable String model, @Nullable String apiKeyId, @Nullable String agentId, long requestCount,
			long costNanos, long unpricedRequests, long partlyPricedRequests) {

		/** What the line is about, whatever it is called. */
		public String title() {
			for (String text : new @Nullable String[] { this.name, this.value,
					(this.model != null && this.provider != null) ? this.provider + ":" + this.model : this.model,
					this.provider, this.apiKeyId, this.agentId, this.userId }) {
				if (text != null && !text.isBlank()) {
					return text;
				}
			}
			return "none";
		}

		public String calls() {
			return Dollars.count(this.requestCount);
		}

		public String cost() {
			if (this.costNanos == 0 && this.requestCount > 0 && this.unpricedRequests >= this.requestCount) {
				return "no price";
			}
			return Dollars.ofNanos(this.costNanos)
					+ ((this.unpricedRequests > 0 || this.partlyPricedRequests > 0) ? " +" : "");
		}

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
			String much = Dollars.count(this.calls) + ((this.calls == 1) ? " call" : " calls");
			if (!over()) {
				return "Looked at " + Dollars.count(this.examined) + " of " + Dollars.count(this.total)
						+ " calls so far; " + much + " differ.";
			}
			if (this.calls == 0) {
				return "Nothing would change: each of the " + Dollars.count(this.total)
						+ " calls already costs what it should.";
			}
			return this.dryRun
					? much + " of " + Dollars.count(this.total) + " would change, by " + difference() + " in all."
					: Dollars.count(this.adjusted) + " corrections are in the ledger, " + difference() + " in all.";
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

	/**
	 * Who did what.
	 *
	 * @param old what was there before; null where nothing is to be said
	 * @param fresh what is there since
	 */
	record Entry(@Nullable Instant at, @Nullable String action, @Nullable String outcome, @Nullable String actorUserId,
			@Nullable String actorService, @Nullable String userId, @Nullable String keyId, @Nullable String provider,
			@Nullable String address, @Nullable Object subject, @Nullable Object old,
			@JsonProperty("new") @Nullable Object fresh) {

		public String when() {
			return (this.at != null) ? Moments.minute(this.at, ZoneOffset.UTC) : "";
		}

		public String who() {
			return (this.actorUserId != null) ? this.actorUserId : String.valueOf(this.actorService);
		}

		/** What, in words. */
		public String what() {
			String words = String.valueOf(this.action).replace('.', ' ').replace('-', ' ');
			return words + ((this.provider != null) ? ", " + this.provider : "")
					+ ((this.outcome == null || "done".equals(this.outcome)) ? "" : " (" + this.outcome + ")");
		}

		public String change() {
			return (this.old == null && this.fresh == null) ? "" : words(this.old) + " → " + words(this.fresh);
		}

		private static String words(@Nullable Object value) {
			return (value != null) ? value.toString() : "nothing";
		}

	}

	/**
	 * Whether the trail is whole.
	 */
	record Chain(boolean whole, long entries, @Nullable List<Object> findings) {

		public int trouble() {
			return (this.findings != null) ? this.findings.size() : 0;
		}

		public String count() {
			return Dollars.count(this.entries);
		}

	}

}
