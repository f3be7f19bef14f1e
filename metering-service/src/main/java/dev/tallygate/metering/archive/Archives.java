package dev.tallygate.metering.archive;

import dev.tallygate.events.UuidV7;
import dev.tallygate.metering.ledger.Aggregates;
import dev.tallygate.metering.ledger.ArchivePositions;
import dev.tallygate.metering.ledger.LongStatements;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The months on their way, and the steps that the database takes.
 */
@Repository
class Archives {

	private static final int KEYS = Aggregates.KEY.split(",", -1).length;

	private static final int COUNTERS = Aggregates.COUNTERS.split(",", -1).length;

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

	private static final String ADD_SUMS = "INSERT INTO archived_sums (" + Aggregates.KEY + ", " + Aggregates.COUNTERS
			+ ") VALUES (?::uuid, ?::date, ?::date, ?::date, ?, ?, ?, ?::uuid, ?::uuid" + ", ?".repeat(COUNTERS) + ")";

	private static final int BATCH = 1000;

	private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

	/** A month of many millions of calls is counted, or looked through, in minutes. */
	private static final Duration LONGEST = Duration.ofHours(1);

	private final JdbcTemplate connections;

	private final JdbcClient jdbc;

	private final ArchivePositions positions;

	Archives(JdbcTemplate connections, ArchivePositions positions) {
		this.positions = positions;
		this.connections = connections;
		this.jdbc = JdbcClient.create(connections);
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

	/**
	 * The oldest that is not at its end and that nobody else is at.
	 * @param claim of the step to be taken
	 * @param lease how long nobody else takes one, unless it is renewed
	 */
	Optional<Archive> claim(UUID claim, Duration lease) {
		return this.jdbc.sql("""
				UPDATE ledger_archive SET claimed_by = :claim, claimed_until = now() + make_interval(secs => :lease)
				WHERE month = (SELECT month FROM ledger_archive WHERE state NOT IN ('dropped', 'failed')
					AND (claimed_until IS NULL OR claimed_until < now()) ORDER BY month LIMIT 1 FOR UPDATE SKIP LOCKED)
				RETURNING *""")
			.param("claim", claim)
			.param("lease", lease.toSeconds())
			.query(Archives::read)
			.optional();
	}

	/** Unless the month is being moved right now: then nobody else can take it. */
	void renew(UUID claim, Duration lease) {
		this.jdbc.sql("""
				UPDATE ledger_archive SET claimed_until = now() + make_interval(secs => :lease)
				WHERE month = (SELECT month FROM ledger_archive WHERE claimed_by = :claim FOR UPDATE SKIP LOCKED)""")
			.param("claim", claim)
			.param("lease", lease.toSeconds())
			.update();
	}

	/** The month is anybody's again. */
	void release(UUID claim) {
		this.jdbc.sql("UPDATE ledger_archive SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by = ?")
			.param(claim)
			.update();
	}

	/**
	 * Nobody else moves the month until this transaction ends, which may take its time.
	 * @throws IllegalStateException when somebody else has taken it over
	 */
	void hold(Archive archive, UUID claim) {
		LongStatements.allow(this.connections, LONGEST);
		if (this.jdbc.sql("SELECT 1 FROM ledger_archive WHERE month = ? AND claimed_by = ? AND state = ? FOR UPDATE")
			.params(archive.month().atDay(1), claim, archive.state().wireName())
			.query()
			.listOfRows()
			.isEmpty()) {
			throw new IllegalStateException("another instance has taken over " + archive.month());
		}
	}

	/**
	 * Whether the month is not to be moved: something may still be added to it, for a
	 * re-rating is under way or the audit has not counted all of it, or a full pass reads
	 * it, or its neighbours. In a transaction.
	 */
	boolean isBusy(Archive archive) {
		LongStatements.allow(this.connections, LONGEST);
		long checkpoint = this.jdbc.sql("SELECT batch FROM ledger_checkpoint").query(Long.class).single();
		return this.jdbc
			.sql("""
					SELECT EXISTS (SELECT 1 FROM rerate_job WHERE state IN ('running', 'applying')
						AND period BETWEEN CAST(:month AS date) - interval '1 month' AND CAST(:month AS date) + interval '1 month')
					OR EXISTS (SELECT 1 FROM audit_pass WHERE state = 'running'
						AND period BETWEEN CAST(:month AS date) - interval '1 month' AND CAST(:month AS date) + interval '1 month')
					OR EXISTS (SELECT 1 FROM ledger WHERE event_id >= uuid_at(CAST(:month AS date)::timestamp AT TIME ZONE 'UTC')
						AND event_id < uuid_at((CAST(:month AS date) + interval '1 month')::timestamp AT TIME ZONE 'UTC')
						AND batch > :checkpoint)""")
			.param("month", archive.month().atDay(1))
			.param("checkpoint", checkpoint)
			.query(Boolean.class)
			.single();
	}

	void detach(Archive archive) {
		call("detach_ledger_month", archive);
		this.positions.keep(archive.month());
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

	/**
	 * Why a file does not say what the ledger and the aggregates do; empty when it does.
	 * In a transaction of its own, of which nothing need be kept.
	 * @param sums what the file sums up to
	 */
	Optional<String> disagreement(Archive archive, LedgerFile.Content file, ResultSet sums) {
		LongStatements.allow(this.connections, LONGEST);
		LedgerFile.Content here = this.jdbc.sql("SELECT count(*), coalesce(sum(cost_nanos), 0) FROM " + archive.table())
			.query((row, number) -> new LedgerFile.Content(file.name(), row.getLong(1), row.getBigDecimal(2),
					file.sha256()))
			.single();
		if (!file.equals(here)) {
			return Optional.of("its file has " + file.rows() + " rows of " + file.costNanos() + " nano-USD, the ledger "
					+ here.rows() + " of " + here.costNanos());
		}
		addSums(sums);
		long differences = this.jdbc.sql(DIFFERENCES)
			.param("first", archive.month().atDay(1))
			.param("next", archive.month().plusMonths(1).atDay(1))
			.query(Long.class)
			.single();
		return (differences > 0) ? Optional.of("its file and the aggregates disagree in " + differences + " groups")
				: Optional.empty();
	}

	private void addSums(ResultSet sums) {
		this.connections.execute("CREATE TEMPORARY TABLE archived_sums (LIKE usage_daily) ON COMMIT DROP");
		this.connections.execute(ADD_SUMS, (PreparedStatement into) -> {
			int waiting = 0;
			while (sums.next()) {
				for (int i = 1; i <= KEYS; i++) {
					into.setString(i, sums.getString(i));
				}
				for (int i = KEYS + 1; i <= KEYS + COUNTERS; i++) {
					into.setLong(i, sums.getLong(i));
				}
				into.addBatch();
				waiting++;
				if (waiting == BATCH) {
					into.executeBatch();
					waiting = 0;
				}
			}
			return into.executeBatch();
		});
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
