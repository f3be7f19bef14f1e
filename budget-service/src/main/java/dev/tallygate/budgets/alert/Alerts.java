package dev.tallygate.budgets.alert;

import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.BudgetAlert.CreditsExhausted;
import dev.tallygate.events.BudgetAlert.Exceeded;
import dev.tallygate.events.BudgetAlert.ThresholdCrossed;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserId;
import dev.tallygate.messaging.Outbox;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The alerts that were raised. What makes one unique is a UNIQUE index, so whoever raises
 * it again, at the same time even, changes nothing.
 */
@Repository
public class Alerts {

	private static final String SOURCE = "/budget";

	private static final String INSERT = """
			INSERT INTO alert (id, user_id, type, period, threshold, limit_cents, cycle_start, spent_nanos, triggered_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING
			""";

	private final JdbcTemplate jdbc;

	private final Outbox outbox;

	private final MeterRegistry meters;

	Alerts(JdbcTemplate jdbc, Outbox outbox, MeterRegistry meters) {
		this.jdbc = jdbc;
		this.outbox = outbox;
		this.meters = meters;
		for (AlertType type : AlertType.values()) {
			Counter.builder("tallygate.budget.alerts")
				.tag("type", type.wireName())
				.description("alerts raised, each once")
				.register(meters);
		}
	}

	/**
	 * Raises those of the alerts that were not raised before: the row and the event
	 * beside it commit with the caller's transaction, which must hold the lock on the
	 * users' accounts.
	 */
	public void raise(List<BudgetAlert> due) {
		if (due.isEmpty()) {
			return;
		}
		int[] inserted = this.jdbc.batchUpdate(INSERT, due.stream().map(Alerts::columns).toList());
		List<BudgetAlert> raised = new ArrayList<>();
		for (int i = 0; i < inserted.length; i++) {
			if (inserted[i] > 0) {
				raised.add(due.get(i));
			}
		}
		if (!raised.isEmpty()) {
			this.outbox.appendAll(Topics.ALERTS, raised.stream().map(Alerts::event).toList());
			countAfterCommit(raised);
		}
	}

	private void countAfterCommit(List<BudgetAlert> raised) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				raised.forEach((alert) -> Alerts.this.meters
					.counter("tallygate.budget.alerts", "type", AlertType.of(alert).wireName())
					.increment());
			}

		});
	}

	private static Outbox.Keyed event(BudgetAlert alert) {
		return new Outbox.Keyed(alert.userId().toString(),
				CloudEvent.of(alert.id(), SOURCE, alert.triggeredAt(), alert));
	}

	/**
	 * Alerts, the latest first.
	 * @param user whose; null for everyone's
	 * @param before only older ones than this; null for the latest
	 * @param most how many at most
	 */
	List<BudgetAlert> page(@Nullable UserId user, @Nullable UUID before, int most) {
		List<Object> parameters = new ArrayList<>();
		StringBuilder sql = new StringBuilder("SELECT * FROM alert WHERE true");
		if (user != null) {
			sql.append(" AND user_id = ?");
			parameters.add(user.value());
		}
		if (before != null) {
			sql.append(" AND id < ?");
			parameters.add(before);
		}
		sql.append(" ORDER BY id DESC LIMIT ?");
		parameters.add(most);
		return this.jdbc.query(sql.toString(), (rs, i) -> alert(rs), parameters.toArray());
	}

	private static Object[] columns(BudgetAlert alert) {
		return new Object[] { alert.id(), alert.userId().value(), AlertType.of(alert).wireName(),
				alert.period().toString(), threshold(alert), alert.limitCents(), cycleStart(alert),
				alert.spentNanos().value(), alert.triggeredAt().atOffset(ZoneOffset.UTC) };
	}

	@SuppressWarnings("NullAway") // Object[] of JdbcTemplate takes nulls.
	private static Object threshold(BudgetAlert alert) {
		return (alert instanceof ThresholdCrossed crossed) ? crossed.threshold() : null;
	}

	@SuppressWarnings("NullAway") // Object[] of JdbcTemplate takes nulls.
	private static Object cycleStart(BudgetAlert alert) {
		return (alert instanceof CreditsExhausted exhausted) ? exhausted.cycleStart().atOffset(ZoneOffset.UTC) : null;
	}

	private static BudgetAlert alert(ResultSet rs) throws SQLException {
		UUID id = rs.getObject("id", UUID.class);
		UserId user = new UserId(rs.getObject("user_id", UUID.class));
		YearMonth period = YearMonth.parse(rs.getString("period"));
		long limit = rs.getLong("limit_cents");
		NanoUsd spent = new NanoUsd(rs.getLong("spent_nanos"));
		Instant triggeredAt = instant(rs, "triggered_at");
		return switch (AlertType.named(rs.getString("type"))) {
			case THRESHOLD_CROSSED ->
				new ThresholdCrossed(id, user, period, rs.getInt("threshold"), limit, spent, triggeredAt);
			case EXCEEDED -> new Exceeded(id, user, period, limit, spent, triggeredAt);
			case CREDITS_EXHAUSTED ->
				new CreditsExhausted(id, user, period, instant(rs, "cycle_start"), limit, spent, triggeredAt);
		};
	}

	private static Instant instant(ResultSet rs, String column) throws SQLException {
		return rs.getObject(column, OffsetDateTime.class).toInstant();
	}

}
