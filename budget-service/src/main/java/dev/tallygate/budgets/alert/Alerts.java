package dev.tallygate.budgets.alert;

import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UndecodableEventException;
import dev.tallygate.events.UserId;
import dev.tallygate.messaging.Outbox;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
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

	/**
	 * Whoever has a provider that answers to any name can make up models without a price,
	 * one a call. No other kind can be raised without an end.
	 */
	private static final String INSERT = """
			INSERT INTO alert (id, user_id, type, period, triggered_at, once, event)
			SELECT * FROM (VALUES (?::uuid, ?::uuid, ?, ?, ?::timestamptz, ?, ?::bytea))
			AS due (id, user_id, type, period, triggered_at, once, event)
			WHERE due.type <> 'model.unpriced' OR ? > (SELECT count(*) FROM alert
			WHERE user_id = due.user_id AND type = due.type AND period = due.period)
			ON CONFLICT (once) DO NOTHING
			""";

	private final JdbcClient jdbc;

	private final JdbcTemplate batches;

	private final Outbox outbox;

	private final ApplicationEventPublisher listeners;

	private final MeterRegistry meters;

	private final AlertProperties properties;

	Alerts(JdbcClient jdbc, JdbcTemplate batches, Outbox outbox, ApplicationEventPublisher listeners,
			MeterRegistry meters, AlertProperties properties) {
		this.properties = properties;
		this.listeners = listeners;
		this.jdbc = jdbc;
		this.batches = batches;
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
	 * Raises those of the alerts that were not raised before, of models without a price
	 * no more than a user may raise in a month: the row and the event beside it commit
	 * with the caller's transaction, which must hold the lock on the users' accounts.
	 */
	public void raise(Map<String, BudgetAlert> due) {
		if (due.isEmpty()) {
			return;
		}
		List<Map.Entry<String, BudgetAlert>> all = List.copyOf(due.entrySet());
		int[] inserted = this.batches.batchUpdate(INSERT, all.stream().map(this::columns).toList());
		List<BudgetAlert> raised = new ArrayList<>();
		for (int i = 0; i < inserted.length; i++) {
			if (inserted[i] > 0) {
				raised.add(all.get(i).getValue());
			}
		}
		if (!raised.isEmpty()) {
			this.outbox.appendAll(Topics.ALERTS, raised.stream().map(Alerts::keyed).toList());
			this.listeners.publishEvent(new Raised(raised));
			countAfterCommit(raised);
		}
	}

	/**
	 * New alerts, told within the transaction that raises them.
	 *
	 * @param alerts which
	 */
	public record Raised(List<BudgetAlert> alerts) {

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

	private static Outbox.Keyed keyed(BudgetAlert alert) {
		return new Outbox.Keyed(alert.userId().toString(), event(alert));
	}

	/**
	 * The name of an alert's type in REST.
	 */
	public static String typeOf(BudgetAlert alert) {
		return AlertType.of(alert).wireName();
	}

	/**
	 * The names of all types.
	 */
	public static List<String> types() {
		return Arrays.stream(AlertType.values()).map(AlertType::wireName).toList();
	}

	/**
	 * The event that tells of an alert, the same on the topic and at webhooks.
	 */
	public static CloudEvent<BudgetAlert> event(BudgetAlert alert) {
		return CloudEvent.of(alert.id(), SOURCE, alert.triggeredAt(), alert);
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
		return this.jdbc.sql(sql.toString()).params(parameters).query((rs, i) -> alert(rs)).list();
	}

	private Object[] columns(Map.Entry<String, BudgetAlert> due) {
		BudgetAlert alert = due.getValue();
		return new Object[] { alert.id(), userOf(alert), AlertType.of(alert).wireName(), alert.period().toString(),
				alert.triggeredAt().atOffset(ZoneOffset.UTC), due.getKey(), EventCodec.encode(event(alert)),
				this.properties.unpricedPerUser() };
	}

	@SuppressWarnings("NullAway") // Object[] of JdbcTemplate takes nulls.
	private static Object userOf(BudgetAlert alert) {
		return alert.userId().equals(UserId.NOBODY) ? null : alert.userId().value();
	}

	private static BudgetAlert alert(ResultSet rs) throws SQLException {
		try {
			return (BudgetAlert) EventCodec.decode(rs.getBytes("event")).data();
		}
		catch (UndecodableEventException ex) {
			throw new IllegalStateException("an alert that was stored cannot be read", ex);
		}
	}

}
