package dev.tallygate.metering.audit;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.Topics;
import dev.tallygate.metering.ledger.Aggregates;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Draws up audits, each of one moment: intake goes on, and what it adds meanwhile is
 * neither in the ledger's sums nor in those of the aggregates.
 */
@Repository
class UsageAudits {

	private static final int MOST_DIFFERENCES = 100;

	private static final String SUMS = """
			SELECT coalesce(sum(request_count), 0)::bigint, coalesce(sum(failed_requests), 0)::bigint,
				coalesce(sum(unpriced_requests), 0)::bigint, coalesce(sum(partly_priced_requests), 0)::bigint,
				coalesce(sum(estimated_requests), 0)::bigint,
				coalesce(sum(input_tokens), 0)::bigint, coalesce(sum(cache_read_input_tokens), 0)::bigint,
				coalesce(sum(output_tokens), 0)::bigint, coalesce(sum(cost_nanos), 0)::bigint
			FROM\040""";

	/** Rows in which {@code counted} and {@code kept} disagree. */
	private static final String DISAGREEING = """
			SELECT user_id, day, provider, model, coalesce(c.api_key_id, k.api_key_id) AS api_key_id, coalesce(c.cost_nanos, 0) AS ledger_cost,
				coalesce(k.cost_nanos, 0) AS aggregate_cost, coalesce(c.request_count, 0) AS ledger_requests,
				coalesce(k.request_count, 0) AS aggregate_requests
			FROM (SELECT *, coalesce(api_key_id, '00000000-0000-0000-0000-000000000000') AS key_or_none,
					coalesce(agent_id, '00000000-0000-0000-0000-000000000000') AS agent_or_none FROM counted) c
				FULL JOIN (SELECT *, coalesce(api_key_id, '00000000-0000-0000-0000-000000000000') AS key_or_none,
					coalesce(agent_id, '00000000-0000-0000-0000-000000000000') AS agent_or_none FROM kept) k
				USING (user_id, day, utc_day, provider, model, credential, key_or_none, agent_or_none)
			WHERE (c.request_count, c.failed_requests, c.unpriced_requests, c.partly_priced_requests, c.estimated_requests, c.input_tokens,
					c.cache_read_input_tokens, c.output_tokens, c.cost_nanos)
				IS DISTINCT FROM (k.request_count, k.failed_requests, k.unpriced_requests, k.partly_priced_requests, k.estimated_requests,
					k.input_tokens, k.cache_read_input_tokens, k.output_tokens, k.cost_nanos)
			""";

	private static final String DIFFERENCES = "WITH counted AS (" + Aggregates.ofMonth()
			+ "), kept AS (SELECT * FROM usage_daily WHERE period = :period) " + DISAGREEING
			+ " ORDER BY user_id, day, provider, model LIMIT :most";

	/** The rows themselves, whatever was counted before, of some users. */
	private static final String OF_USERS = "WITH counted AS ("
			+ Aggregates.sumsOf(Aggregates.OF_MONTH + " AND user_id > :after AND user_id <= :last")
			+ "), kept AS (SELECT * FROM usage_daily WHERE period = :period AND user_id > :after AND user_id <= :last) "
			+ "SELECT count(*) FROM (" + DISAGREEING + ") d";

	private final JdbcClient jdbc;

	UsageAudits(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
	UsageAudit of(YearMonth period) {
		long checkpoint = count("SELECT batch FROM ledger_checkpoint");
		boolean totalsAgree = this.jdbc.sql(Aggregates.disagreeingInTotal())
			.param("period", period.atDay(1))
			.query(Long.class)
			.single() == 0;
		List<UsageAudit.Difference> differences = differences(period, checkpoint);
		UsageAudit.Sums kept = sums("usage_daily WHERE period = :period", period, checkpoint);
		// Where no row differs both sum up to the same.
		UsageAudit.Sums counted = differences.isEmpty() ? kept
				: sums("(" + Aggregates.ofMonth() + ") l", period, checkpoint);
		return UsageAudit.of(period, totalsAgree && !failedPass(period), counted, kept, differences, sources(),
				count("SELECT count(*) FROM dead_letter WHERE topic = '" + Topics.USAGE + "'"),
				this.jdbc.sql("SELECT count(*) FROM conflicting_duplicate WHERE period = ?")
					.param(period.atDay(1))
					.query(Long.class)
					.single());
	}

	/** Whether the last full pass over the month found differences. */
	private boolean failedPass(YearMonth period) {
		return this.jdbc.sql("""
				SELECT coalesce((SELECT differences > 0 FROM audit_pass WHERE period = ? AND state = 'done'
					ORDER BY finished_at DESC LIMIT 1), false)""").param(period.atDay(1)).query(Boolean.class).single();
	}

	/**
	 * In how many rows the ledger's own rows of some users disagree with the aggregates,
	 * those by tag too.
	 */
	long differencesOf(YearMonth period, UUID after, UUID last) {
		return Stream.of(OF_USERS, Aggregates.disagreeingTags())
			.mapToLong((differences) -> this.jdbc.sql(differences)
				.param("period", period.atDay(1))
				.param("after", after)
				.param("last", last)
				.query(Long.class)
				.single())
			.sum();
	}

	/** In how many tags everybody's month disagrees with those of all users. */
	long differencesInTags(YearMonth period) {
		return this.jdbc.sql(Aggregates.disagreeingTagsInTotal())
			.param("period", period.atDay(1))
			.query(Long.class)
			.single();
	}

	private UsageAudit.Sums sums(String rows, YearMonth period, long checkpoint) {
		return this.jdbc.sql(SUMS + rows)
			.param("period", period.atDay(1))
			.param("checkpoint", checkpoint)
			.query((row, number) -> {
				NanoUsd cost = new NanoUsd(row.getLong(9));
				return new UsageAudit.Sums(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4),
						row.getLong(5), row.getLong(6), row.getLong(7), row.getLong(8), cost, cost.toUsd());
			})
			.single();
	}

	private List<UsageAudit.Difference> differences(YearMonth period, long checkpoint) {
		return this.jdbc.sql(DIFFERENCES)
			.param("period", period.atDay(1))
			.param("checkpoint", checkpoint)
			.param("most", MOST_DIFFERENCES)
			.query(UsageAudits::difference)
			.list();
	}

	private static UsageAudit.Difference difference(ResultSet row, int number) throws SQLException {
		return new UsageAudit.Difference(row.getString("user_id"), row.getString("day"), row.getString("provider"),
				row.getString("model"), row.getString("api_key_id"), new NanoUsd(row.getLong("ledger_cost")),
				new NanoUsd(row.getLong("aggregate_cost")), row.getLong("ledger_requests"),
				row.getLong("aggregate_requests"));
	}

	private List<UsageAudit.Source> sources() {
		return this.jdbc.sql("""
				SELECT source, seq_seen, greatest(seq_seen, coalesce(closed_seq, 0)) - seq_count AS gaps,
					coalesce(closed_seq >= seq_seen, false) AS closed
				FROM usage_source ORDER BY source""")
			.query((row, number) -> new UsageAudit.Source(row.getString(1), row.getLong(2), row.getLong(3),
					row.getBoolean(4)))
			.list();
	}

	private long count(String sql) {
		return this.jdbc.sql(sql).query(Long.class).single();
	}

}
