package dev.tallygate.metering.archive;

import dev.tallygate.events.UuidV7;
import dev.tallygate.metering.ledger.Aggregates;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The months on their way, and the steps that the database takes.
 */
@Repository
class Archives {

	/**
	 * Groups in which the file's sums and the aggregates disagree. By the day of the
	 * call's opening in UTC, as the partitions are; the period bounds what is read.
	 */
	private static final String DIFFERENCES = """
			WITH kept AS (SELECT %1$s, %2$s FROM usage_daily WHERE utc_day >= CAST(:first AS date) AND utc_day < CAST(:next AS date)
					AND period >= CAST(:first AS date) - interval '1 month' AND period <= CAST(:next AS date)),
				filed AS (SELECT %1$s, %2$s FROM archived_sums)
			SELECT count(*) FROM ((SELECT * FROM kept EXCEPT ALL SELECT * FROM filed)
				UNION ALL (SELECT * FROM filed EXCEPT ALL SELECT * FROM kept)) d"""
		.formatted(Aggregates.KEY, Aggregates.COUNTERS);

	private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

	private final JdbcClient jdbc;

	Archives(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** What was asked for, also again after it failed. */
	Archive ask(YearMonth month, @Nullable UUID by) {
		this.jdbc.sql("""
				INSERT INTO ledger_archive (month, id, requested_by) VALUES (:month, :id, CAST(:by AS uuid))
				ON CONFLICT (month) DO UPDATE SET state = 'asked', failure = NULL, finished_at = NULL
				WHERE ledger_archive.state = 'failed'""")
			.param("month", month.atDay(1))
			.param("id", UuidV7.next())
			.param("by", by)
			.update();
		return this.jdbc.sql("SELECT * FROM ledger_archive WHERE month = ?")
			.param(month.atDay(1))
			.query(Archives::read)
			.single();
	}

	/** The months that are in the ledger and end before a given one. */
	List<YearMonth> before(YearMonth month) {
		return this.jdbc.sql("""
				SELECT to_date(substr(inhrelid::regclass::text, 8), 'YYYY_MM') AS month FROM pg_inherits
				WHERE inhparent = 'ledger'::regclass ORDER BY 1""")
			.query((row, number) -> YearMonth.from(row.getObject(1, LocalDate.class)))
			.list()
			.stream()
			.filter((each) -> each.isBefore(month) && !isKnown(each))
			.toList();
	}

	private boolean isKnown(YearMonth month) {
		return this.jdbc.sql("SELECT EXISTS (SELECT FROM ledger_archive WHERE month = ?)")
			.param(month.atDay(1))
			.query(Boolean.class)
			.single();
	}

	boolean isInLedger(YearMonth month) {
		return before(month.plusMonths(1)).contains(month) || isKnown(month);
	}

	/**
	 * At most {@code most}, the latest first.
	 * @param before the month that all must precede; null for the first page
	 */
	List<Archive> page(@Nullable YearMonth before, int most) {
		return this.jdbc.sql("SELECT * FROM ledger_archive WHERE month < ? ORDER BY month DESC LIMIT ?")
			.params((before != null) ? before.atDay(1) : LAST, most)
			.query(Archives::read)
			.list();
	}

	/** The oldest that is not at its end, for this transaction alone. */
	Optional<Archive> next() {
		return this.jdbc.sql("""
				SELECT * FROM ledger_archive WHERE state NOT IN ('dropped', 'failed') ORDER BY month LIMIT 1
				FOR UPDATE SKIP LOCKED""").query(Archives::read).optional();
	}

	/**
	 * Whether something may still be added to the month: a re-rating is under way, or the
	 * audit has not counted all of it.
	 */
	boolean isBusy(Archive archive) {
		return this.jdbc
			.sql("""
					SELECT EXISTS (SELECT 1 FROM rerate_job WHERE state IN ('running', 'applying') AND NOT dry_run
						AND period BETWEEN CAST(:month AS date) - interval '1 month' AND CAST(:month AS date) + interval '1 month')
					OR EXISTS (SELECT 1 FROM ledger WHERE event_id >= uuid_at(CAST(:month AS date)::timestamp AT TIME ZONE 'UTC')
						AND event_id < uuid_at((CAST(:month AS date) + interval '1 month')::timestamp AT TIME ZONE 'UTC')
						AND batch > (SELECT batch FROM ledger_checkpoint))""")
			.param("month", archive.month().atDay(1))
			.query(Boolean.class)
			.single();
	}

	void detach(Archive archive) {
		call("detach_ledger_month", archive);
		move(archive, Archive.State.DETACHED);
	}

	/** Nothing was lost, it only stays where it was. */
	void putBack(Archive archive, String failure) {
		call("attach_ledger_month", archive);
		this.jdbc.sql("UPDATE ledger_archive SET state = 'failed', failure = ?, finished_at = now() WHERE month = ?")
			.params(failure, archive.month().atDay(1))
			.update();
	}

	void verified(Archive archive, LedgerFile.Content content) {
		this.jdbc
			.sql("UPDATE ledger_archive SET state = 'verified', row_count = ?, cost_nanos = ?, file = ?, sha256 = ?"
					+ " WHERE month = ?")
			.params(content.rows(), content.costNanos(), content.name(), content.sha256(), archive.month().atDay(1))
			.update();
	}

	void recorded(Archive archive) {
		move(archive, Archive.State.RECORDED);
	}

	void drop(Archive archive) {
		call("drop_ledger_month", archive);
		this.jdbc.sql("UPDATE ledger_archive SET state = 'dropped', finished_at = now() WHERE month = ?")
			.param(archive.month().atDay(1))
			.update();
	}

	/** How many groups of {@code archived_sums} are not what the aggregates say. */
	long differences(Archive archive) {
		return this.jdbc.sql(DIFFERENCES)
			.param("first", archive.month().atDay(1))
			.param("next", archive.month().plusMonths(1).atDay(1))
			.query(Long.class)
			.single();
	}

	private void move(Archive archive, Archive.State state) {
		this.jdbc.sql("UPDATE ledger_archive SET state = ? WHERE month = ?")
			.params(state.wireName(), archive.month().atDay(1))
			.update();
	}

	private void call(String function, Archive archive) {
		this.jdbc.sql("SELECT 1 FROM " + function + "(?)").param(archive.month().atDay(1)).query().singleRow();
	}

	private static Archive read(ResultSet row, int number) throws SQLException {
		OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
		return new Archive(YearMonth.from(row.getObject("month", LocalDate.class)), row.getObject("id", UUID.class),
				Archive.State.of(row.getString("state")), row.getObject("row_count", Long.class),
				row.getBigDecimal("cost_nanos"), row.getString("file"), row.getString("sha256"),
				row.getString("failure"), row.getObject("requested_by", UUID.class),
				row.getObject("created_at", OffsetDateTime.class).toInstant(),
				(finished != null) ? finished.toInstant() : null);
	}

}
