package dev.tallygate.metering.summary;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.UsageEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.TopicReader;
import dev.tallygate.metering.ledger.ArchivedMonths;
import dev.tallygate.metering.ledger.EventFilter;
import dev.tallygate.metering.ledger.LedgerReader;
import dev.tallygate.metering.ledger.LedgerRow;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import dev.tallygate.security.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * A user's own usage. What somebody spent who was deleted since stays, so to an
 * administrator an id without calls is a user who made none: zeros, not 404.
 */
@RestController
@RequestMapping("/api/users/{user}/usage")
class UsageController {

	private static final MediaType CSV = new MediaType("text", "csv", StandardCharsets.UTF_8);

	private final UsageQueries queries;

	private final LedgerReader ledger;

	private final Standings standings;

	private final ApiKeys keys;

	private final TopicReader keysReader;

	private final Exports exports;

	private final ArchivedMonths archived;

	private final Clock clock = Clock.systemUTC();

	UsageController(UsageQueries queries, LedgerReader ledger, Standings standings, ApiKeys keys,
			@Qualifier("apiKeysReader") TopicReader keysReader, Exports exports, ArchivedMonths archived) {
		this.archived = archived;
		this.queries = queries;
		this.ledger = ledger;
		this.standings = standings;
		this.keys = keys;
		this.keysReader = keysReader;
		this.exports = exports;
	}

	@GetMapping("/summary")
	@Operation(summary = "A month's usage by model and provider")
	UsageSummary summary(@PathUser UserId user, @RequestParam(required = false) @Nullable String period) {
		Instant now = this.clock.instant();
		Optional<BudgetStatus> standing = this.standings.of(user);
		UsagePeriod month = UsagePeriod.of(period, standing, now);
		return UsageSummary.of(user, month, this.queries.byModel(user, month),
				standing.map(BudgetStatus::limitCents).orElse(null), now);
	}

	@GetMapping("/daily")
	@Operation(summary = "A month's usage day by day")
	DailyUsage daily(@PathUser UserId user, @RequestParam(required = false) @Nullable String period) {
		UsagePeriod month = month(user, period);
		return DailyUsage.of(month, this.queries.byDay(user, month));
	}

	@GetMapping("/events")
	@Operation(summary = "A month's usage events, newest first",
			description = "With 'Accept: text/csv' all of the month, with a header line. "
					+ "provider, model, apiKeyId, agentId, status and tag=name:value leave only those. "
					+ "partial=true tells the rest of a month of which calls have left with an archived neighbour.")
	@Nullable ResponseEntity<Page<UsageEvent>> events(@PathUser UserId user,
			@RequestParam(required = false) @Nullable String period,
			@RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit, EventQuery query,
			@RequestParam(defaultValue = "false") boolean partial, @Parameter(hidden = true) HttpServletRequest request,
			@Parameter(hidden = true) HttpServletResponse response) throws IOException {
		UsagePeriod month = month(user, period);
		EventFilter filter = query.filter();
		require(user, month, partial);
		if (wantsCsv(request)) {
			try (Exports.Running _ = this.exports.begin(user)) {
				Writer out = writeCsv(user, month, filter, response);
				// What left meanwhile is not in it: better broken off than whole in
				// looks.
				require(user, month, partial);
				out.flush();
			}
			return null;
		}
		int size = PageLimit.of(limit);
		UUID before = Cursor.parse(cursor, (parts) -> UuidV7.parse(parts.getFirst()));
		Page<LedgerRow> rows = Page.of(this.ledger.page(user, month.month(), filter, before, size + 1), size,
				(row) -> Cursor.of(row.eventId()));
		return ResponseEntity.ok(new Page<>(rows.data().stream().map(LedgerRow::data).toList(), rows.nextCursor()));
	}

	private void require(UserId user, UsagePeriod month, boolean partial) {
		this.archived.requireKept(month.month());
		if (!partial) {
			this.archived.requireWhole(month.month(), user);
		}
	}

	private static boolean wantsCsv(HttpServletRequest request) {
		String accept = request.getHeader(HttpHeaders.ACCEPT);
		return accept != null && accept.regionMatches(true, 0, "text/csv", 0, "text/csv".length());
	}

	/** Page by page from the database to the caller, however many there are. */
	private Writer writeCsv(UserId user, UsagePeriod month, EventFilter filter, HttpServletResponse response)
			throws IOException {
		response.setContentType(CSV.toString());
		response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"usage-" + month.month() + ".csv\"");
		Writer out = new BufferedWriter(new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8));
		UsageCsv csv = new UsageCsv(out, this.keys::nameOf);
		this.ledger.each(user, month.month(), filter, csv::line);
		return out;
	}

	@GetMapping("/groups")
	@Operation(summary = "A month's usage by key, by agent or by tag, the dearest first",
			description = "groupBy is key, agent or tag; calls without a key or an agent are a group of their own. "
					+ "A call with several tags is in the group of each.")
	Page<OwnGroup> groups(@PathUser UserId user, @RequestParam(required = false) @Nullable String period,
			@RequestParam(defaultValue = "key") String groupBy, @RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit) {
		int size = PageLimit.of(limit);
		OwnGroup.Place after = Cursor.parse(cursor, OwnGroup.Place::parse);
		UsagePeriod month = month(user, period);
		return switch (groupBy) {
			case "key" -> page(this.queries.byOwnKey(user, month, after, size + 1), size, OwnGroup.Sums::cursor,
					(sums) -> OwnGroup.ofKey(sums, this.keys));
			case "agent" -> page(this.queries.byOwnAgent(user, month, after, size + 1), size, OwnGroup.Sums::cursor,
					OwnGroup::ofAgent);
			case "tag" -> page(this.queries.byOwnTag(user, month, after, size + 1), size, OwnGroup.TagSums::cursor,
					OwnGroup::ofTag);
			default -> throw ProblemException.invalidField("groupBy", "must be key, agent or tag");
		};
	}

	private static <T> Page<OwnGroup> page(List<T> found, int size, Function<T, Cursor> cursor,
			Function<T, OwnGroup> shown) {
		Page<T> page = Page.of(found, size, cursor);
		return new Page<>(page.data().stream().map(shown).toList(), page.nextCursor());
	}

	@GetMapping("/keys")
	@Operation(summary = "This billing cycle's usage per API key")
	KeyUsage keys(@PathUser UserId user, @Parameter(hidden = true) HttpServletResponse response) {
		if (!this.keysReader.isCaughtUp()) {
			throw new ProblemException(HttpStatus.SERVICE_UNAVAILABLE, "starting",
					"The names of your keys are still being read. Try again in a few seconds.");
		}
		BillingCycle cycle = BillingCycle.of(this.standings.of(user), this.clock.instant());
		String requestId = UuidV7.next().toString();
		response.setHeader("x-request-id", requestId);
		return KeyUsage.of(this.keys.of(user), this.queries.byKey(user, cycle), requestId);
	}

	private UsagePeriod month(UserId user, @Nullable String period) {
		return UsagePeriod.of(period, this.standings.of(user), this.clock.instant());
	}

}
