package dev.tallygate.metering.audit;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.Topics;
import dev.tallygate.metering.ledger.Aggregates;
import dev.tallygate.metering.ledger.ArchivedMonths;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Draws up audits, each of one moment: intake goes on, and what it adds meanwhile is
 * neither in the ledger's sums nor in those of the aggregates.
 */
@Repository
class UsageAudits {

	private static final int MOST_DIFFERENCES = 100;

	/** What a hash may take before it goes to disk: a row by day is some 200 bytes. */
	private static final String MEMORY = "32MB";

	private static final String SUMS = """
			SELECT coalesce(sum(request_count), 0)::bigint, coalesce(sum(failed_requests), 0)::bigint,
				coalesce(sum(unpriced_requests), 0)::bigint, coalesce(sum(partly_priced_requests), 0)::bigint,
				coalesce(sum(estimated_requests), 0)::bigint,
				coalesce(sum(input_tokens), 0)::bigint, coalesce(sum(cache_read_input_tokens), 0)::bigint,
				coalesce(sum(output_tokens), 0)::bigint, coalesce(sum(cost_nanos), 0)::bigint
			FROM\040""";

	/** Of {@code c} and {@code k}, which a row without a key or an agent has too. */
	private static final String SAME_KEY = """
			c.user_id = k.user_id AND c.day = k.day AND c.utc_day = k.utc_day AND c.provider = k.provider AND c.model = k.model
			AND c.credential = k.credential
			AND coalesce(c.api_key_id, '00000000-0000-0000-0000-000000000000') = coalesce(k.api_key_id, '00000000-0000-0000-0000-000000000000')
			AND coalesce(c.agent_id, '00000000-0000-0000-0000-000000000000') = coalesce(k.agent_id, '00000000-0000-0000-0000-000000000000')
			""";

	private static final String OTHER_NUMBERS = "(" + of("c", Aggregates.COUNTERS) + ") IS DISTINCT FROM ("
			+ of("k", Aggregates.COUNTERS) + ")";

	/** Rows in which {@code counted} and {@code kept} disagree. */
	private static final String DISAGREEING = """
			SELECT coalesce(c.user_id, k.user_id) AS user_id, coalesce(c.day, k.day) AS day, coalesce(c.provider, k.provider) AS provider,
				coalesce(c.model, k.model) AS model, coalesce(c.api_key_id, k.api_key_id) AS api_key_id,
				coalesce(c.cost_nanos, 0) AS ledger_cost, coalesce(k.cost_nanos, 0) AS aggregate_cost,
				coalesce(c.request_count, 0) AS ledger_requests, coalesce(k.request_count, 0) AS aggregate_requests
			FROM counted c FULL JOIN kept k ON\040"""
			+ SAME_KEY + "WHERE " + OTHER_NUMBERS;

	/**
	 * Rows of what was counted and of what is kept, but for those that are equal. With
	 * all numbers in its condition the join can only be made by hashing: nothing is
	 * sorted or summed for rows that are equal, which are all but a few. Days for which
	 * something came since stay whole, for what was counted of them is not all.
	 */
	private static final String UNEQUAL = "SELECT k.user_id IS NULL AS is_counted, "
			+ eitherOf(Aggregates.KEY + ", " + Aggregates.COUNTERS)
			+ " FROM (SELECT * FROM ledger_verified WHERE period = :period) c FULL JOIN (SELECT * FROM usage_daily WHERE period = :period) k ON "
			+ SAME_KEY + "AND NOT (" + OTHER_NUMBERS
			+ ") AND k.day <> ALL (ARRAY(SELECT DISTINCT day FROM since)) WHERE c.user_id IS NULL OR k.user_id IS NULL";

	static final String DIFFERENCES = "WITH since AS MATERIALIZED (" + Aggregates.sinceCheckpoint()
			+ "), unequal AS MATERIALIZED (" + UNEQUAL + "), counted AS ("
			+ Aggregates.together("unequal WHERE is_counted", "since")
			+ "), kept AS (SELECT * FROM unequal WHERE NOT is_counted) " + DISAGREEING
			+ " ORDER BY user_id, day, provider, model LIMIT :most";

	/**
	 * The rows themselves, whatever was counted before, of some users. What has left the
	 * ledger is left out of the aggregates, too.
	 */
	private static final String OF_USERS = "WITH counted AS ("
			+ Aggregates
				.sumsOf(Aggregates.OF_MONTH + " AND user_id > :after AND user_id <= :last AND " + Aggregates.KEPT)
			+ "), kept AS (SELECT * FROM usage_daily WHERE period = :period AND user_id > :after AND user_id <= :last AND "
			+ Aggregates.KEPT + ") " + "SELECT count(*) FROM (" + DISAGREEING + ") d";

	/**
	 * With one connection to each of the machines that the ledger may be spread over,
	 * what is read of one is of one moment; the name says nothing to a single one.
	 */
	private static final String SETTINGS = "SELECT set_config('work_mem', ?, true), "
			+ "set_config('citus.max_adaptive_executor_pool_size', '1', true)";

	/**
	 * So many times, where the ledger is spread over machines, is looked at what
	 * disagrees: what all users share is on another machine, and a batch is seen a moment
	 * sooner on one than on another. What is wrong is so each time.
	 */
	private static final int LOOKS = 5;

	private final JdbcClient jdbc;

	private final ArchivedMonths archived;

	private final TransactionTemplate moment;

	UsageAudits(JdbcClient jdbc, ArchivedMonths archived, PlatformTransactionManager transactions) {
		this.jdbc = jdbc;
		this.archived = archived;
		this.moment = new TransactionTemplate(transactions);
		this.moment.setReadOnly(true);
		this.moment.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
	}

	UsageAudit of(YearMonth period) {
		UsageAudit audit = atOneMoment(period);
		for (int look = 1; look < LOOKS && !audit.whole() && isSpread(); look++) {
			audit = atOneMoment(period);
		}
		return audit;
	}

	private UsageAudit atOneMoment(YearMonth period) {
		return Objects.requireNonNull(this.moment.execute((status) -> drawUp(period)));
	}

	/** Where the ledger is not on this machine alone. */
	private boolean isSpread() {
		return this.jdbc.sql("SELECT EXISTS (SELECT 1 FROM ledger_nodes())").query(Boolean.class).single();
	}

	private UsageAudit drawUp(YearMonth period) {
		this.jdbc.sql(SETTINGS).param(MEMORY).query().singleRow();
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
	 * those by tag too. No neighbour of the month leaves while a pass is under way.
	 */
	long differencesOf(YearMonth period, UUID after, UUID last) {
		SqlArrayValue left = new SqlArrayValue("date", this.archived.near(period).toArray());
		return certain(() -> Stream.of(OF_USERS, Aggregates.disagreeingTags())
			.mapToLong((differences) -> this.jdbc.sql(differences)
				.param("period", period.atDay(1))
				.param("after", after)
				.param("last", last)
				.param("archived", left)
				.query(Long.class)
				.single())
			.sum());
	}

	/** In how many tags everybody's month disagrees with those of all users. */
	long differencesInTags(YearMonth period) {
		return certain(() -> this.jdbc.sql(Aggregates.disagreeingTagsInTotal())
			.param("period", period.atDay(1))
			.query(Long.class)
			.single());
	}

	private long certain(LongSupplier differences) {
		long found = differences.getAsLong();
		for (int look = 1; look < LOOKS && found > 0 && isSpread(); look++) {
			found = differences.getAsLong();
		}
		return found;
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

	private static String of(String table, String columns) {
		return Stream.of(columns.split(", ", -1))
			.map((column) -> table + "." + column)
			.collect(Collectors.joining(", "));
	}

	private static String eitherOf(String columns) {
		return Stream.of(columns.split(", ", -1))
			.map((column) -> "coalesce(c." + column + ", k." + column + ") AS " + column)
			.collect(Collectors.joining(", "));
	}

	private long count(String sql) {
		return this.jdbc.sql(sql).query(Long.class).single();
	}

}
