package dev.tallygate.console.admin;

import dev.tallygate.console.Dollars;
import dev.tallygate.console.services.Panel;
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
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * Whether the books are whole, and who spent what.
 */
@Controller
class BooksController {

	private static final ParameterizedTypeReference<Listed<Group>> GROUPS = new ParameterizedTypeReference<>() {
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
		try (Together calls = new Together()) {
			Together.Part<Names> names = calls.ask(() -> Names.of(this.services, person));
			Panel<Listed<Group>> groups = Panel.of(this.services.page(Service.METERING, person.key(), GROUPS, cursor,
					"/api/usage/summary?period={period}&groupBy={group}", period, group));
			model.addAttribute("groups", groups.content());
			model.addAttribute("groupsNotice", groups.notice());
			model.addAttribute("names", names.get());
		}
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
			return Dollars.ofCalls(this.costNanos, this.requestCount, this.unpricedRequests, this.partlyPricedRequests);
		}

	}

}
