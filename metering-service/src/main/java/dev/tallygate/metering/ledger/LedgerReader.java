package dev.tallygate.metering.ledger;

import dev.tallygate.events.CallId;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.messaging.CallWindow;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads the rows of a user's month, newest first.
 */
@Repository
public class LedgerReader {

	private static final int PAGE = 1000;

	/**
	 * The ids of a month lie within two days of it, whatever its zone: that leaves one
	 * partition, or two at its edges.
	 */
	private static final String IN_MONTH = """
			period = ? AND event_id >= uuid_at(?::date::timestamp AT TIME ZONE 'UTC' - interval '2 days')
				AND event_id < uuid_at((?::date + interval '1 month')::timestamp AT TIME ZONE 'UTC' + interval '2 days')""";

	/** An id is made a moment before its call's time is noted. */
	private static final String OF_DAYS = """
			\040AND event_id >= uuid_at(?::date::timestamp AT TIME ZONE 'UTC' - interval '1 hour')
				AND event_id < uuid_at(?::date::timestamp AT TIME ZONE 'UTC' + interval '25 hours')""";

	private static final String OF_A_MONTH = "FROM ledger WHERE user_id = ? AND " + IN_MONTH;

	/**
	 * A call's corrections, whose ids share its time bits. Nothing that a partial index
	 * has for its condition is said of them: a plan made while the ledger had none would
	 * read that index whole for each call.
	 */
	static final String CORRECTIONS = """
			user_id = ? AND event_id >= (substr(?::text, 1, 13) || '-0000-0000-000000000000')::uuid
				AND event_id <= (substr(?::text, 1, 13) || '-ffff-ffff-ffffffffffff')::uuid AND call_id = ? AND event_id <> call_id""";

	static final String COSTS = """
			SELECT l.*, coalesce(l.cost_nanos, 0) + s.cost AS cost_so_far, l.cost_nanos IS NULL AND s.unpriced = 0 AS is_unpriced,
				(CASE WHEN l.cost_nanos IS NOT NULL AND l.unpriced_meters IS NOT NULL THEN 1 ELSE 0 END) + s.partly > 0 AS is_partly
			FROM ledger l CROSS JOIN LATERAL (SELECT coalesce(sum(a.cost_nanos) FILTER (WHERE a.counts), 0)::bigint AS cost,
				coalesce(sum(a.unpriced_change) FILTER (WHERE a.counts), 0) AS unpriced,
				coalesce(sum(a.partly_priced_change) FILTER (WHERE a.counts), 0) AS partly
				FROM (SELECT *, job <> ? AS counts FROM ledger) a WHERE a.user_id = l.user_id
					AND a.event_id >= (substr(l.event_id::text, 1, 13) || '-0000-0000-000000000000')::uuid
					AND a.event_id <= (substr(l.event_id::text, 1, 13) || '-ffff-ffff-ffffffffffff')::uuid
					AND a.call_id = l.call_id AND a.event_id <> l.call_id) s
			WHERE\040"""
			+ IN_MONTH.replace("event_id", "l.event_id").replace("period = ?", "l.period = ?") + """
					\040AND l.kind = 'settled' AND l.provider = ? AND l.model = ? AND (l.user_id, l.event_id) > (?, ?)
					ORDER BY l.user_id, l.event_id LIMIT ?""";

	/** No month of a model has more that took part in its calls. */
	private static final int MOST_OTHERS = 50;

	private static final String OTHERS = """
			SELECT DISTINCT m.name FROM ledger l CROSS JOIN LATERAL jsonb_array_elements_text(
				coalesce(jsonb_path_query_array(l.basis, '$.iterations[*].model'), '[]')
				|| coalesce(jsonb_path_query_array(l.charges, '$[*].model'), '[]')) AS m (name)
			WHERE\040""" + IN_MONTH.replace("event_id", "l.event_id").replace("period = ?", "l.period = ?") + """
			\040AND l.kind = 'settled' AND l.provider = ? AND l.model = ? AND m.name <> l.model
			ORDER BY 1 LIMIT ?""";

	/**
	 * A correction has the time of its call in its id, which may be of any age: those of
	 * older calls are found by when they came, for which they have an index.
	 */
	private static final String RECORDED_SINCE = """
			(SELECT * FROM ledger WHERE event_id >= uuid_at(?) AND recorded_at >= ?
				AND (user_id, event_id) > (?, ?) ORDER BY user_id, event_id LIMIT ?)
			UNION ALL
			SELECT * FROM (SELECT * FROM ledger WHERE kind = 'adjusted' AND recorded_at >= ? AND event_id < uuid_at(?)
				AND (user_id, event_id) > (?, ?) OFFSET 0) late
			ORDER BY user_id, event_id LIMIT ?""";

	private final JdbcClient jdbc;

	LedgerReader(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * At most {@code most} rows.
	 * @param before the event id that all must precede; null for the newest
	 */
	public List<LedgerRow> page(UserId user, YearMonth period, EventFilter filter, @Nullable UUID before, int most) {
		List<Object> parameters = new ArrayList<>(List.of(user.value(), period.atDay(1), period.atDay(1),
				period.atDay(1), (before != null) ? before : new UUID(-1L, -1L)));
		String days = "";
		if (!filter.equals(EventFilter.ALL)) {
			Optional<Days> those = days(user, period, filter);
			if (those.isEmpty()) {
				return List.of();
			}
			days = OF_DAYS;
			parameters.addAll(List.of(those.get().first(), those.get().last()));
		}
		String conditions = filter.conditions(parameters);
		parameters.add(most);
		return this.jdbc
			.sql("SELECT * " + OF_A_MONTH + " AND event_id < ?" + days + conditions + " ORDER BY event_id DESC LIMIT ?")
			.params(parameters)
			.query(LedgerRow::read)
			.list();
	}

	/**
	 * Which days of a month have what is asked for, as the aggregates know: a month of a
	 * million calls need not be read for what it has nowhere, or on its first day alone.
	 */
	private Optional<Days> days(UserId user, YearMonth period, EventFilter filter) {
		List<Object> parameters = new ArrayList<>(List.of(user.value(), period.atDay(1)));
		String days = "SELECT min(utc_day) AS first, max(utc_day) AS last FROM usage_daily WHERE user_id = ? AND period = ?"
				+ filter.dailyConditions(parameters) + " HAVING count(*) > 0";
		if (filter.tagName() != null && filter.tagValue() != null) {
			days = "SELECT greatest(d.first, t.first_day) AS first, least(d.last, t.last_day) AS last FROM (" + days
					+ ") d JOIN usage_user_tag t ON t.user_id = ? AND t.period = ? AND t.name = ? AND t.value = ?";
			parameters.addAll(List.of(user.value(), period.atDay(1), filter.tagName(), filter.tagValue()));
		}
		return this.jdbc.sql(days).params(parameters).query(Days.class).optional();
	}

	/**
	 * All rows, one after the other, page by page: whoever takes them slowly holds no
	 * connection.
	 */
	public void each(UserId user, YearMonth period, EventFilter filter, Consumer<LedgerRow> consumer) {
		UUID before = null;
		List<LedgerRow> page;
		do {
			page = page(user, period, filter, before, PAGE);
			page.forEach(consumer);
			before = page.isEmpty() ? null : page.getLast().eventId();
		}
		while (page.size() == PAGE);
	}

	/**
	 * All about a call.
	 * @param user whose it must be; null for anybody's
	 */
	public Optional<CallHistory> call(CallId call, @Nullable UserId user) {
		JdbcClient.StatementSpec statement = (user != null)
				? this.jdbc.sql("SELECT * FROM ledger WHERE event_id = ? AND user_id = ? AND kind = 'settled'")
					.params(call.value(), user.value())
				: this.jdbc.sql("SELECT * FROM ledger WHERE event_id = ? AND kind = 'settled' LIMIT 1")
					.param(call.value());
		return statement.query(LedgerRow::read)
			.list()
			.stream()
			.findFirst()
			.map((row) -> new CallHistory((UsageSettled) row.data(), corrections((UsageSettled) row.data())));
	}

	private List<CallHistory.Correction> corrections(UsageSettled call) {
		UUID id = call.callId().value();
		return this.jdbc.sql("SELECT * FROM ledger WHERE " + CORRECTIONS + " ORDER BY recorded_at, event_id")
			.params(call.userId().value(), id, id, id)
			.query((row, number) -> new CallHistory.Correction((UsageAdjusted) LedgerRow.read(row, number).data(),
					row.getObject("recorded_at", OffsetDateTime.class).toInstant()))
			.list();
	}

	/**
	 * At most {@code most} settled calls of a month and model, in the order of users and
	 * event ids, with what each costs by now.
	 * @param except the job whose corrections do not count
	 * @param after the place that all must follow
	 */
	public List<Costed> costs(YearMonth period, String provider, String model, UUID except, Place after, int most) {
		return this.jdbc.sql(COSTS)
			.params(except, period.atDay(1), period.atDay(1), period.atDay(1), provider, model, after.user(),
					after.event(), most)
			.query((row, number) -> new Costed(LedgerRow.read(row, number), row.getLong("cost_so_far"),
					row.getBoolean("is_unpriced"), row.getBoolean("is_partly")))
			.list();
	}

	/** The other models that took part in calls of a month and model, by name. */
	public List<String> otherModels(YearMonth period, String provider, String model) {
		return this.jdbc.sql(OTHERS)
			.params(period.atDay(1), period.atDay(1), period.atDay(1), provider, model, MOST_OTHERS)
			.query((row, number) -> row.getString(1))
			.list();
	}

	/**
	 * At most {@code most} rows, corrections too, in the order of users and event ids.
	 * @param since when the first came to the topic; within the days in which calls are
	 * still taken in
	 * @param after the place that all must follow
	 */
	public List<RecordedEvent> recordedSince(Instant since, Place after, int most) {
		OffsetDateTime moment = since.atOffset(ZoneOffset.UTC);
		OffsetDateTime oldest = moment.minus(CallWindow.CLOSED);
		return this.jdbc.sql(RECORDED_SINCE)
			.params(oldest, moment, after.user(), after.event(), most, moment, oldest, after.user(), after.event(),
					most)
			.query(RecordedEvent::read)
			.list();
	}

	/** How many corrections of a job the ledger has. */
	public long corrections(UUID job) {
		return this.jdbc.sql("SELECT count(*) FROM ledger WHERE job = ?").param(job).query(Long.class).single();
	}

	/**
	 * A settled call and what it costs by now.
	 *
	 * @param row the call
	 * @param costNanos its cost and all its corrections, in nano-USD
	 * @param unpriced whether nothing has given it a price so far
	 * @param partlyPriced whether a part of it has none
	 */
	public record Costed(LedgerRow row, long costNanos, boolean unpriced, boolean partlyPriced) {

		/** Where it is in the order of users and event ids. */
		public Place place() {
			return new Place(this.row.data().userId().value(), this.row.eventId());
		}

	}

	/** The first and the last day in UTC; the first may come after the last. */
	private record Days(LocalDate first, LocalDate last) {

	}

	/** A place in the order of users and event ids. */
	public record Place(UUID user, UUID event) {

		/** Before all. */
		public static final Place START = new Place(new UUID(0, 0), new UUID(0, 0));

	}

}
