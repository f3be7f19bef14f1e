package dev.tallygate.budgets.alert;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * What was done to tell webhooks of an alert.
 */
@Repository
class Deliveries {

	private final JdbcClient jdbc;

	Deliveries(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	Map<UUID, List<Delivery>> ofAlerts(Collection<UUID> alerts) {
		Map<UUID, List<Delivery>> deliveries = new HashMap<>();
		String[] ids = alerts.stream().map(UUID::toString).toArray(String[]::new);
		this.jdbc.sql("""
				SELECT d.alert_id, d.id, d.webhook_id, a.attempted_at, a.status, a.outcome, d.state, d.next_attempt_at
				  FROM webhook_delivery AS d LEFT JOIN webhook_attempt AS a ON a.delivery_id = d.id
				 WHERE d.alert_id = ANY (?::uuid[]) ORDER BY d.id, a.attempted_at
				""").param(ids).query((rs) -> {
			deliveries.computeIfAbsent(rs.getObject("alert_id", UUID.class), (key) -> new ArrayList<>())
				.add(new Delivery(rs.getObject("id", UUID.class), rs.getObject("webhook_id", UUID.class),
						instant(rs.getObject("attempted_at", OffsetDateTime.class)), (Integer) rs.getObject("status"),
						rs.getString("outcome"), rs.getString("state"),
						instant(rs.getObject("next_attempt_at", OffsetDateTime.class))));
		});
		return deliveries;
	}

	private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
		return (time != null) ? time.toInstant() : null;
	}

	/**
	 * One attempt to tell a webhook; without a time when none was made yet.
	 *
	 * @param deliveryId which delivery it belongs to
	 * @param webhookId whom
	 * @param attemptedAt when
	 * @param status the HTTP status; null when there was no answer
	 * @param outcome what came of it
	 * @param state of the delivery: waiting, delivered, failed
	 * @param nextTryAt when the next attempt is due
	 */
	record Delivery(UUID deliveryId, UUID webhookId, @Nullable Instant attemptedAt, @Nullable Integer status,
			@Nullable String outcome, String state, @Nullable Instant nextTryAt) {

	}

}
