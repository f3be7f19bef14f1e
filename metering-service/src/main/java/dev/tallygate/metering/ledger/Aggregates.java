package dev.tallygate.metering.ledger;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the ledger sums up to, in one row per day and dimension. The same query makes a
 * batch's share and, over the whole ledger, all of it.
 */
@Repository
public class Aggregates {

	/** The columns of a row's key. */
	private static final String KEY = "user_id, period, day, utc_day, provider, model, credential, api_key_id, agent_id";

	private static final String COUNTERS = """
			request_count, failed_requests, unpriced_requests, estimated_requests,
			input_tokens, cache_read_input_tokens, output_tokens, cost_nanos, last_used_at""";

	private static final String SUMS = """
			count(*) FILTER (WHERE kind = 'settled' AND status <> 'failed') AS request_count,
			count(*) FILTER (WHERE status = 'failed') AS failed_requests,
			count(*) FILTER (WHERE kind = 'settled' AND status <> 'failed' AND cost_nanos IS NULL) AS unpriced_requests,
			count(*) FILTER (WHERE status <> 'failed' AND usage_source = 'estimated') AS estimated_requests,
			coalesce(sum(input_tokens), 0)::bigint AS input_tokens,
			coalesce(sum(cache_read_input_tokens), 0)::bigint AS cache_read_input_tokens,
			coalesce(sum(output_tokens), 0)::bigint AS output_tokens,
			coalesce(sum(cost_nanos), 0)::bigint AS cost_nanos, max(started_at) AS last_used_at""";

	private final JdbcClient jdbc;

	Aggregates(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * What the ledger's rows of the month {@code :period} sum up to. Its ids lie within
	 * two days of it, whatever the zone.
	 */
	public static String ofMonth() {
		return sumsOf("""
				ledger WHERE period = :period
				AND event_id >= uuid_at(CAST(:period AS date)::timestamp AT TIME ZONE 'UTC' - interval '2 days')
				AND event_id < uuid_at((CAST(:period AS date) + interval '1 month')::timestamp AT TIME ZONE 'UTC'
					+ interval '2 days')""");
	}

	/** What {@code rows}, which has the ledger's columns, sums up to. */
	static String sumsOf(String rows) {
		return "SELECT " + KEY + ", " + SUMS + " FROM " + rows + " GROUP BY " + KEY;
	}

	/** Adds what {@code rows} sums up to. */
	static String addFrom(String rows) {
		return "INSERT INTO usage_daily AS d (" + KEY + ", " + COUNTERS + ") " + sumsOf(rows) + " ORDER BY " + KEY
				+ " ON CONFLICT (" + KEY + """
						) DO UPDATE SET request_count = d.request_count + excluded.request_count,
							failed_requests = d.failed_requests + excluded.failed_requests,
							unpriced_requests = d.unpriced_requests + excluded.unpriced_requests,
							estimated_requests = d.estimated_requests + excluded.estimated_requests,
							input_tokens = d.input_tokens + excluded.input_tokens,
							cache_read_input_tokens = d.cache_read_input_tokens + excluded.cache_read_input_tokens,
							output_tokens = d.output_tokens + excluded.output_tokens,
							cost_nanos = d.cost_nanos + excluded.cost_nanos,
							last_used_at = greatest(d.last_used_at, excluded.last_used_at)""";
	}

	/**
	 * Makes all aggregates anew from the ledger. Intake waits meanwhile; readers do not.
	 */
	@Transactional
	public void rebuild() {
		this.jdbc.sql("LOCK TABLE usage_daily IN SHARE ROW EXCLUSIVE MODE").update();
		this.jdbc.sql("DELETE FROM usage_daily").update();
		this.jdbc.sql(addFrom("ledger")).update();
	}

}
