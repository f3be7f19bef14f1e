package dev.tallygate.metering.ledger;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the ledger sums up to: in one row per day and dimension, and what is read for a
 * month in rows of its own. A batch brings its share ({@link Shares}); the same by a
 * query over the whole ledger is all of it, and over a part of it what the audit
 * compares.
 */
@Repository
public class Aggregates {

	/** The columns of a row's key. */
	public static final String KEY = "user_id, period, day, utc_day, provider, model, credential, api_key_id, agent_id";

	private static final List<String> NUMBERS = List.of("request_count", "failed_requests", "unpriced_requests",
			"partly_priced_requests", "estimated_requests", "input_tokens", "cache_read_input_tokens", "output_tokens",
			"cost_nanos");

	/** The columns that are summed. */
	public static final String COUNTERS = String.join(", ", NUMBERS);

	private static final String SUMS = """
			count(*) FILTER (WHERE kind = 'settled' AND status <> 'failed') AS request_count,
			count(*) FILTER (WHERE status = 'failed') AS failed_requests,
			count(*) FILTER (WHERE kind = 'settled' AND status <> 'failed' AND cost_nanos IS NULL)
				+ coalesce(sum(unpriced_change), 0)::bigint AS unpriced_requests,
			count(*) FILTER (WHERE kind = 'settled' AND status <> 'failed' AND cost_nanos IS NOT NULL
				AND unpriced_meters IS NOT NULL) + coalesce(sum(partly_priced_change), 0)::bigint AS partly_priced_requests,
			count(*) FILTER (WHERE status <> 'failed' AND usage_source = 'estimated') AS estimated_requests,
			coalesce(sum(input_tokens), 0)::bigint AS input_tokens,
			coalesce(sum(cache_read_input_tokens), 0)::bigint AS cache_read_input_tokens,
			coalesce(sum(output_tokens), 0)::bigint AS output_tokens,
			coalesce(sum(cost_nanos), 0)::bigint AS cost_nanos""";

	private static final String TOTAL_KEY = "period, provider, model, keyless, agentless, shard";

	private static final String MONTH_KEY = "period, user_id, api_key_id, agent_id";

	private static final String TAG_KEY = "period, name, value, shard";

	private static final String OWN_TAG_KEY = "user_id, period, name, value";

	/**
	 * Adds a batch's share, rows of {@value Shares#DAILY}, to each user's days. A
	 * statement a table: where the tables of users are spread over machines, no statement
	 * writes to them and to those that are not.
	 */
	static final String ADD_DAILY = "INSERT INTO usage_daily AS d (" + KEY + ", " + COUNTERS + ", last_used_at) SELECT "
			+ KEY + ", " + COUNTERS + ", last_used_at FROM " + rows(Shares.DAILY) + onConflict(KEY)
			+ ", last_used_at = greatest(d.last_used_at, excluded.last_used_at)";

	/** Adds the same to each user's month. */
	static final String ADD_MONTHS = "INSERT INTO usage_month AS d (" + MONTH_KEY + ", " + COUNTERS + ") SELECT "
			+ MONTH_KEY + ", " + sumsOfNumbers() + " FROM " + rows(Shares.DAILY) + "GROUP BY 1, 2, 3, 4 "
			+ onConflict(MONTH_KEY);

	/** Adds the same, under a shard, to everybody's month. */
	static final String ADD_TOTALS = "INSERT INTO usage_total AS d (" + TOTAL_KEY + ", " + COUNTERS
			+ ") SELECT period, provider, model, api_key_id IS NULL, agent_id IS NULL, ?::smallint, " + sumsOfNumbers()
			+ " FROM " + rows(Shares.DAILY) + "GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5 " + onConflict(TOTAL_KEY);

	/**
	 * Adds a batch's share by tag, rows of {@value Shares#TAG}, to each user's month.
	 */
	static final String ADD_OWN_TAGS = "INSERT INTO usage_user_tag AS d (" + OWN_TAG_KEY + ", " + COUNTERS
			+ ", first_day, last_day) SELECT " + OWN_TAG_KEY + ", " + COUNTERS + ", first_day, last_day FROM "
			+ rows(Shares.TAG) + onConflict(OWN_TAG_KEY) + ", first_day = least(d.first_day, excluded.first_day), "
			+ "last_day = greatest(d.last_day, excluded.last_day)";

	/** Adds the same, under a shard, to everybody's. */
	static final String ADD_TAGS = "INSERT INTO usage_tag AS d (" + TAG_KEY + ", " + COUNTERS
			+ ") SELECT period, name, shown, ?::smallint, " + sumsOfNumbers() + " FROM " + rows(Shares.TAG) + ", "
			+ withAllValues("value") + " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 " + onConflict(TAG_KEY);

	private final JdbcClient jdbc;

	private final ArchivedMonths archived;

	Aggregates(JdbcClient jdbc, ArchivedMonths archived) {
		this.jdbc = jdbc;
		this.archived = archived;
	}

	/** The rows of the month {@code :period}: their ids lie within two days of it. */
	public static final String OF_MONTH = """
			ledger WHERE period = :period
			AND event_id >= uuid_at(CAST(:period AS date)::timestamp AT TIME ZONE 'UTC' - interval '2 days')
			AND event_id < uuid_at((CAST(:period AS date) + interval '1 month')::timestamp AT TIME ZONE 'UTC'
				+ interval '2 days')""";

	/**
	 * What the ledger's rows of the month {@code :period} sum up to: what was counted up
	 * to the batch {@code :checkpoint}, and the rows that came since.
	 */
	public static String ofMonth() {
		return together("ledger_verified WHERE period = :period", "(" + sinceCheckpoint() + ") since");
	}

	/**
	 * What the rows of the month {@code :period} that came since the batch
	 * {@code :checkpoint} sum up to. Of a number that it is given the planner knows how
	 * few those are; of one that it has to look up it takes them for a third of all, and
	 * reads the month.
	 */
	public static String sinceCheckpoint() {
		return sumsOf(OF_MONTH + " AND batch > :checkpoint");
	}

	/** The rows of two tables like {@code usage_daily}, those of one key in one. */
	public static String together(String some, String others) {
		return "SELECT " + KEY + ", " + sumsOfNumbers() + " FROM (SELECT " + KEY + ", " + COUNTERS + " FROM " + some
				+ " UNION ALL SELECT " + KEY + ", " + COUNTERS + " FROM " + others + ") both_parts GROUP BY " + KEY;
	}

	private static String rows(String type) {
		return "unnest(?::" + type + "[]) share ";
	}

	private static String sumsOfNumbers() {
		return NUMBERS.stream().map((name) -> "sum(" + name + ")::bigint AS " + name).collect(Collectors.joining(", "));
	}

	/** What {@code rows}, which has the ledger's columns, sums up to. */
	public static String sumsOf(String rows) {
		return "SELECT " + KEY + ", " + SUMS + ", max(started_at) AS last_used_at FROM " + rows + " GROUP BY " + KEY;
	}

	/**
	 * Adds what {@code rows} sums up to, to a table that is like {@code usage_daily}, in
	 * no order: nobody else may be adding to it.
	 */
	public static String addTo(String table, String rows) {
		return "INSERT INTO " + table + " AS d (" + KEY + ", " + COUNTERS + ", last_used_at) " + sumsOf(rows) + " "
				+ onConflict(KEY) + ", last_used_at = greatest(d.last_used_at, excluded.last_used_at)";
	}

	/** Adds what {@code rows} sums up to for everybody, by model. */
	private static String addTotalsFrom(String rows) {
		return "INSERT INTO usage_total AS d (" + TOTAL_KEY + ", " + COUNTERS
				+ ") SELECT period, provider, model, api_key_id IS NULL, agent_id IS NULL, 0, " + SUMS + " FROM " + rows
				+ " GROUP BY 1, 2, 3, 4, 5";
	}

	/** Adds what {@code rows} sums up to for each user's month, by key and agent. */
	private static String addMonthsFrom(String rows) {
		return "INSERT INTO usage_month AS d (" + MONTH_KEY + ", " + COUNTERS + ") SELECT " + MONTH_KEY + ", " + SUMS
				+ " FROM " + rows + " GROUP BY 1, 2, 3, 4";
	}

	/** Adds what {@code rows} sums up to for everybody, by tag. */
	private static String addTagsFrom(String rows) {
		return "INSERT INTO usage_tag AS d (" + TAG_KEY + ", " + COUNTERS + ") SELECT period, t.key, shown, 0, " + SUMS
				+ " FROM " + rows + ", jsonb_each_text(tags) AS t, " + withAllValues("t.value")
				+ " WHERE tags IS NOT NULL GROUP BY 1, 2, 3";
	}

	/** Adds what {@code rows} sums up to for each user, by tag. */
	private static String addOwnTagsFrom(String rows) {
		return "INSERT INTO usage_user_tag AS d (" + OWN_TAG_KEY + ", " + COUNTERS
				+ ", first_day, last_day) SELECT user_id, period, t.key, t.value, " + SUMS
				+ ", min(utc_day), max(utc_day) FROM " + rows
				+ ", jsonb_each_text(tags) AS t WHERE tags IS NOT NULL GROUP BY 1, 2, 3, 4";
	}

	/**
	 * A tag's value, and the empty one under which {@code usage_tag} keeps the sum over
	 * all values of it.
	 */
	private static String withAllValues(String value) {
		return "unnest(CASE WHEN " + value + " = '' THEN ARRAY[''] ELSE ARRAY[" + value + ", ''] END) AS v (shown)";
	}

	private static String onConflict(String key) {
		return NUMBERS.stream()
			.map((name) -> name + " = d." + name + " + excluded." + name)
			.collect(Collectors.joining(", ", "ON CONFLICT (" + key + ") DO UPDATE SET ", ""));
	}

	/**
	 * How many groups of the month {@code :period} the tables that are not by day have
	 * otherwise than {@code usage_daily}.
	 */
	public static String disagreeingInTotal() {
		return "SELECT ("
				+ disagreeing("provider, model, keyless, agentless",
						"(SELECT *, api_key_id IS NULL AS keyless, agent_id IS NULL AS agentless FROM usage_daily) d",
						"usage_total")
				+ ") + (" + disagreeing("user_id, api_key_id, agent_id", "usage_daily", "usage_month") + ")";
	}

	/**
	 * Rows of days that have not left the ledger: {@code :archived} are the first days of
	 * the months that have, an array of dates.
	 */
	public static final String KEPT = month("utc_day") + " <> ALL (CAST(:archived AS date[]))";

	/**
	 * How many tags of users after {@code :after}, up to {@code :last}, sum up to
	 * something else in the ledger's rows of the month {@code :period} than in
	 * {@code usage_user_tag}. Tags of calls in the months {@code :archived} are left out:
	 * what is summed up of them is not by day.
	 */
	public static String disagreeingTags() {
		String users = " AND user_id > :after AND user_id <= :last";
		return disagreeing("user_id, name, value",
				"(SELECT user_id, period, t.key AS name, t.value AS value, " + SUMS + " FROM (SELECT * FROM " + OF_MONTH
						+ users + " AND " + KEPT
						+ " AND tags IS NOT NULL) l, jsonb_each_text(tags) AS t GROUP BY 1, 2, 3, 4) c",
				"(SELECT * FROM usage_user_tag WHERE period = :period" + users + ") k",
				Stream.of("first_day", "last_day")
					.map((day) -> month(day) + " = ANY (CAST(:archived AS date[]))")
					.collect(Collectors.joining(" OR ")));
	}

	private static String month(String day) {
		return "date_trunc('month', " + day + "::timestamp)::date";
	}

	/**
	 * How many tags of the month {@code :period} everybody has otherwise than all users
	 * together.
	 */
	public static String disagreeingTagsInTotal() {
		return disagreeing("name, shown", "usage_user_tag, " + withAllValues("value"),
				"(SELECT *, value AS shown FROM usage_tag) t");
	}

	/** Of both, rows of the month {@code :period} that differ in any sum. */
	private static String disagreeing(String key, String left, String right) {
		return disagreeing(key, left, right, "false");
	}

	/** The same, but for rows of which the right one is to be left out. */
	private static String disagreeing(String key, String left, String right, String leftOut) {
		String less = NUMBERS.stream().map((name) -> "-" + name).collect(Collectors.joining(", "));
		String difference = NUMBERS.stream()
			.map((name) -> "sum(" + name + ") <> 0")
			.collect(Collectors.joining(" OR "));
		return "SELECT count(*) FROM (SELECT FROM (SELECT " + key + ", " + COUNTERS + ", false AS left_out FROM " + left
				+ " WHERE period = :period UNION ALL SELECT " + key + ", " + less + ", " + leftOut + " FROM " + right
				+ " WHERE period = :period) b GROUP BY " + key + " HAVING (" + difference
				+ ") AND NOT bool_or(left_out)) g";
	}

	/**
	 * Makes all aggregates anew from the ledger. Intake waits meanwhile; readers do not.
	 * @throws IllegalStateException when months have left the ledger: their sums would be
	 * lost
	 */
	@Transactional
	public void rebuild() {
		if (this.archived.isAny()) {
			throw new IllegalStateException("Archived months are not in the ledger any more.");
		}
		this.jdbc.sql(
				"LOCK TABLE usage_daily, usage_month, usage_total, usage_tag, usage_user_tag IN SHARE ROW EXCLUSIVE MODE")
			.update();
		this.jdbc.sql("DELETE FROM usage_daily").update();
		this.jdbc.sql("DELETE FROM usage_month").update();
		this.jdbc.sql("DELETE FROM usage_total").update();
		this.jdbc.sql("DELETE FROM usage_tag").update();
		this.jdbc.sql("DELETE FROM usage_user_tag").update();
		this.jdbc.sql(addTo("usage_daily", "ledger")).update();
		this.jdbc.sql(addMonthsFrom("ledger")).update();
		this.jdbc.sql(addTotalsFrom("ledger")).update();
		this.jdbc.sql(addTagsFrom("ledger")).update();
		this.jdbc.sql(addOwnTagsFrom("ledger")).update();
	}

}
