package dev.tallygate.console.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tallygate.console.Dollars;
import dev.tallygate.console.Moments;
import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Outcome;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.session.SignedIn;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpMethod;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
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
		Panel<Audit> audit = Panel.of(this.services.patient()
			.get(Service.METERING, person.key(), Audit.class, "/api/usage/audit?period={period}", period));
		model.addAttribute("audit", audit.content());
		model.addAttribute("auditNotice", audit.notice());
		List<Object> variables = new ArrayList<>(List.of(period, group));
		String path = "/api/usage/summary?period={period}&groupBy={group}";
		if (cursor != null) {
			path += "&cursor={cursor}";
			variables.add(cursor);
		}
		Panel<Listed<Group>> groups = Panel
			.of(this.services.get(Service.METERING, person.key(), GROUPS, path, variables.toArray()));
		model.addAttribute("groups", groups.content());
		model.addAttribute("groupsNotice", groups.notice());
		model.addAttribute("groupings", GROUPINGS);
		model.addAttribute("groupBy", group);
		return "admin";
	}

	@GetMapping("/admin/prices")
	String prices(@AuthenticationPrincipal SignedIn person, Model model) {
		String period = YearMonth.from(this.clock.instant().atZone(ZoneOffset.UTC)).toString();
		Panel<Listed<Unpriced>> unpriced = Panel.of(this.services.get(Service.METERING, person.key(), UNPRICED,
				"/api/usage/unpriced?period={period}", period));
		model.addAttribute("unpriced", unpriced.content());
		model.addAttribute("notice", unpriced.notice());
		model.addAttribute("period", period);
		return "admin-prices";
	}

	/** First what would change, then the change itself. */
	@PostMapping("/admin/rerate")
	String rerate(@RequestParam String period, @RequestParam String model, @RequestParam String reason,
			@RequestParam(defaultValue = "true") boolean dryRun, @AuthenticationPrincipal SignedIn person, Model page,
			RedirectAttributes next) {
		Map<String, Object> wanted = Map.of("period", period.strip(), "model", model.strip(), "reason", reason.strip(),
				"dryRun", dryRun);
		Answer<Job> answer = this.services.patient()
			.send(Service.METERING, HttpMethod.POST, person.key(), wanted, Job.class, "/api/usage/rerate");
		if (!dryRun) {
			Outcome.of(answer, "The calls are being re-rated; the corrections appear in the ledger as they are made.",
					next);
			return "redirect:/admin/prices";
		}
		Panel<Job> job = Panel.of(answer);
		page.addAttribute("problem", job.notice());
		page.addAttribute("preview", job.content());
		page.addAttribute("wanted", wanted);
		return prices(person, page);
	}

	@GetMapping("/admin/audit")
	String trail(@RequestParam(required = false) @Nullable String cursor, @AuthenticationPrincipal SignedIn person,
			Model model) {
		Panel<Listed<Entry>> entries = Panel.of((cursor != null)
				? this.services.get(Service.KEYS, person.key(), ENTRIES, "/api/audit?limit=100&cursor={cursor}", cursor)
				: this.services.get(Service.KEYS, person.key(), ENTRIES, "/api/audit?limit=100"));
		model.addAttribute("entries", entries.content());
		model.addAttribute("notice", entries.notice());
		Panel<Chain> chain = Panel
			.of(this.services.patient().get(Service.KEYS, person.key(), Chain.class, "/api/audit/verify"));
		model.addAttribute("chain", chain.content());
		return "admin-audit";
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
			long missing = sources().stream().mapToLong(Source::missing).sum();
			return Dollars.count(seen - missing) + " of " + Dollars.count(seen) + " events booked";
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
	 */
	record Source(@Nullable String source, long seqSeen, @Nullable List<Object> gaps, boolean closed) {

		long missing() {
			return (this.gaps != null) ? this.gaps.size() : 0;
		}

	}

	/**
	 * What one user, model, key or tag took.
	 */
	record Group(@Nullable String value, @Nullable String name, @Nullable String userId, @Nullable String provider,
			@Nullable String model, @Nullable String apiKeyId, @Nullable String agentId, long requestCount,
			long totalCostNanos, long costNanos, long unpricedRequests) {

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
			return Dollars.ofNanos(Math.max(this.costNanos, this.totalCostNanos));
		}

	}

	/**
	 * What has no price.
	 */
	record Unpriced(@Nullable String provider, @Nullable String model, @Nullable String meter, long calls,
			long requestCount, long tokens) {

		public String count() {
			return Dollars.count(Math.max(this.calls, this.requestCount));
		}

	}

	/**
	 * What a re-rating would change, or does.
	 */
	record Job(@Nullable String id, @Nullable String status, @Nullable Long calls, @Nullable Long deltaNanos,
			@Nullable Long differenceNanos) {

		public String count() {
			return (this.calls != null) ? Dollars.count(this.calls) : "–";
		}

		public String difference() {
			Long nanos = (this.deltaNanos != null) ? this.deltaNanos : this.differenceNanos;
			return (nanos != null) ? Dollars.ofNanos(nanos) : "–";
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
	record Chain(boolean whole, long entries) {

		public String count() {
			return Dollars.count(this.entries);
		}

	}

}
