package dev.tallygate.metering.audit;

import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.BackgroundLoop;
import dev.tallygate.metering.ledger.LongStatements;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Full passes: every row of a month against the aggregates, a few users at a time. Goes
 * on where it was when it was cut off.
 */
@Component
class AuditPasses extends BackgroundLoop {

	private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

	private static final Duration POLL = Duration.ofSeconds(2);

	private static final int USERS = 50;

	private static final UUID LAST = new UUID(-1L, -1L);

	/** The calls of fifty users may be many millions, and so may the tags of a month. */
	private static final Duration LONGEST_STEP = Duration.ofHours(1);

	private final JdbcTemplate connections;

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final UsageAudits audits;

	AuditPasses(JdbcTemplate connections, PlatformTransactionManager transactions, UsageAudits audits) {
		super("audit-pass", RETRY_DELAY, POLL);
		this.connections = connections;
		this.jdbc = JdbcClient.create(connections);
		this.transaction = new TransactionTemplate(transactions);
		this.audits = audits;
	}

	/** A new pass, or the one that is under way over the same month. */
	Pass begin(YearMonth period, UserId by) {
		this.jdbc.sql("""
				INSERT INTO audit_pass (id, period, requested_by, total)
				SELECT :id, :period, :by, count(DISTINCT user_id) FROM usage_daily WHERE period = :period
				ON CONFLICT (period) WHERE state = 'running' DO NOTHING""")
			.param("id", UuidV7.next())
			.param("period", period.atDay(1))
			.param("by", by.value())
			.update();
		wake();
		return this.jdbc.sql("SELECT * FROM audit_pass WHERE period = ? ORDER BY created_at DESC LIMIT 1")
			.param(period.atDay(1))
			.query(AuditPasses::read)
			.single();
	}

	Optional<Pass> find(UUID id) {
		return this.jdbc.sql("SELECT * FROM audit_pass WHERE id = ?").param(id).query(AuditPasses::read).optional();
	}

	@Override
	protected void work() throws InterruptedException {
		while (isRunning()) {
			boolean more = Boolean.TRUE.equals(this.transaction.execute((status) -> step()));
			succeeded();
			if (!more) {
				pause(POLL);
			}
		}
	}

	private boolean step() {
		LongStatements.allow(this.connections, LONGEST_STEP);
		Optional<Pass> open = this.jdbc.sql("""
				SELECT * FROM audit_pass WHERE state = 'running' ORDER BY created_at LIMIT 1
				FOR UPDATE SKIP LOCKED""").query(AuditPasses::read).optional();
		open.ifPresent(this::examine);
		return open.isPresent();
	}

	/**
	 * The last step reaches to the end of all ids: some users may be in the ledger alone.
	 */
	private void examine(Pass pass) {
		UUID last = this.jdbc.sql("""
				SELECT user_id FROM (SELECT DISTINCT user_id FROM usage_daily WHERE period = ? AND user_id > ?
					ORDER BY user_id LIMIT ?) u ORDER BY user_id OFFSET ?""")
			.params(pass.period().atDay(1), pass.reached(), USERS, USERS - 1)
			.query((row, number) -> row.getObject(1, UUID.class))
			.optional()
			.orElse(LAST);
		boolean done = last.equals(LAST);
		long differences = this.audits.differencesOf(pass.period(), pass.reached(), last)
				+ (done ? this.audits.differencesInTags(pass.period()) : 0);
		this.jdbc
			.sql("""
					UPDATE audit_pass SET reached = ?, examined = CASE WHEN ? THEN total ELSE least(total, examined + ?) END,
						differences = differences + ?, state = ?, finished_at = CASE WHEN ? THEN now() END WHERE id = ?""")
			.params(last, done, USERS, differences, done ? "done" : "running", done, pass.id())
			.update();
	}

	private static Pass read(ResultSet row, int number) throws SQLException {
		OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
		return new Pass(row.getObject("id", UUID.class), YearMonth.from(row.getObject("period", LocalDate.class)),
				row.getString("state"), row.getLong("total"), row.getLong("examined"), row.getLong("differences"),
				row.getObject("created_at", OffsetDateTime.class).toInstant(),
				(finished != null) ? finished.toInstant() : null, row.getObject("reached", UUID.class));
	}

	/**
	 * A full pass.
	 *
	 * @param state {@code running} or {@code done}
	 * @param total users to look at, as known when it began
	 * @param examined users looked at
	 * @param differences rows in which ledger and aggregates disagree
	 */
	record Pass(UUID id, YearMonth period, String state, long total, long examined, long differences, Instant createdAt,
			@Nullable Instant finishedAt, @com.fasterxml.jackson.annotation.JsonIgnore UUID reached) {

	}

}
