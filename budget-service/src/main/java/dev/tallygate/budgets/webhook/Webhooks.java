package dev.tallygate.budgets.webhook;

import dev.tallygate.budgets.webhook.SecretSealing.Secrets;
import dev.tallygate.budgets.webhook.Webhook.Format;
import dev.tallygate.budgets.webhook.WebhookClient.Attempt;
import dev.tallygate.events.UuidV7;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Webhooks, their deliveries and every attempt at one.
 */
@Repository
class Webhooks {

	/** Ids are in the order of time. */
	static final String FORGET = """
			DELETE FROM webhook_delivery WHERE id = ANY (ARRAY(
				SELECT id FROM webhook_delivery WHERE id < ? AND state <> 'waiting' ORDER BY id LIMIT ?
				FOR UPDATE SKIP LOCKED))""";

	private final JdbcClient jdbc;

	Webhooks(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	List<Webhook> all() {
		return this.jdbc.sql("SELECT * FROM webhook ORDER BY id").query((rs, i) -> webhook(rs)).list();
	}

	/**
	 * At most {@code most}, the oldest first.
	 * @param after the one that all must follow; null for the first page
	 */
	List<Webhook> page(@Nullable UUID after, int most) {
		return this.jdbc.sql("SELECT * FROM webhook WHERE id > ? ORDER BY id LIMIT ?")
			.params((after != null) ? after : new UUID(0, 0), most)
			.query((rs, i) -> webhook(rs))
			.list();
	}

	@Nullable Webhook find(UUID id) {
		return one("SELECT * FROM webhook WHERE id = ?", id);
	}

	/** As it is, and as it stays until the end of the transaction. */
	@Nullable Webhook lock(UUID id) {
		return one("SELECT * FROM webhook WHERE id = ? FOR UPDATE", id);
	}

	private @Nullable Webhook one(String sql, UUID id) {
		return this.jdbc.sql(sql).param(id).query((rs, i) -> webhook(rs)).optional().orElse(null);
	}

	List<Secrets> secrets() {
		return this.jdbc.sql("SELECT * FROM webhook ORDER BY id").query((rs, i) -> secrets(rs)).list();
	}

	List<Secrets> lockedSecrets() {
		return this.jdbc.sql("SELECT * FROM webhook ORDER BY id FOR UPDATE").query((rs, i) -> secrets(rs)).list();
	}

	void seal(Secrets secrets) {
		this.jdbc.sql("UPDATE webhook SET secret = ?, old_secret = ? WHERE id = ?")
			.param(secrets.current().text())
			.param((secrets.old() != null) ? secrets.old().text() : null)
			.param(secrets.webhook())
			.update();
	}

	/** What no receiver needs any more. */
	void forgetOldSecrets(Instant now) {
		this.jdbc.sql("UPDATE webhook SET old_secret = NULL, old_secret_until = NULL WHERE old_secret_until < ?")
			.param(timestamp(now))
			.update();
	}

	/** Locks all webhooks, so that their number can be relied on. */
	int count() {
		this.jdbc.sql("LOCK TABLE webhook IN SHARE ROW EXCLUSIVE MODE").update();
		return this.jdbc.sql("SELECT count(*) FROM webhook").query(Integer.class).single();
	}

	void save(Webhook webhook) {
		this.jdbc.sql("""
				INSERT INTO webhook (id, url, description, format, types, enabled, disabled_reason, secret, old_secret,
				  old_secret_until, failing_since, created_at)
				VALUES (?, ?, ?, ?, ?::text[], ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (id) DO UPDATE SET url = EXCLUDED.url, description = EXCLUDED.description,
				  format = EXCLUDED.format, types = EXCLUDED.types, enabled = EXCLUDED.enabled,
				  disabled_reason = EXCLUDED.disabled_reason, secret = EXCLUDED.secret,
				  old_secret = EXCLUDED.old_secret, old_secret_until = EXCLUDED.old_secret_until,
				  failing_since = EXCLUDED.failing_since
				""")
			.param(webhook.id())
			.param(webhook.url())
			.param(webhook.description())
			.param(webhook.format().wireName())
			.param(webhook.types().toArray(String[]::new))
			.param(webhook.enabled())
			.param(webhook.disabledReason())
			.param(webhook.secret().text())
			.param((webhook.oldSecret() != null) ? webhook.oldSecret().text() : null)
			.param(timestamp(webhook.oldSecretUntil()))
			.param(timestamp(webhook.failingSince()))
			.param(timestamp(webhook.createdAt()))
			.update();
	}

	boolean delete(UUID id) {
		return this.jdbc.sql("DELETE FROM webhook WHERE id = ?").param(id).update() > 0;
	}

	/**
	 * Adds a delivery, unless the webhook is gone or goes while its row is waited for:
	 * what an alert is raised with must not fail for that.
	 */
	void add(UUID id, UUID webhook, @Nullable UUID alert, String type, byte[] event, Instant now) {
		this.jdbc.sql("""
				INSERT INTO webhook_delivery (id, webhook_id, alert_id, type, event, state, next_attempt_at, created_at)
				SELECT ?::uuid, w.id, ?::uuid, ?, ?, 'waiting', ?::timestamptz, ?::timestamptz
				  FROM webhook AS w WHERE w.id = ? FOR KEY SHARE
				""")
			.param(id)
			.param(alert)
			.param(type)
			.param(event)
			.param(timestamp(now))
			.param(timestamp(now))
			.param(webhook)
			.update();
	}

	/**
	 * Takes deliveries that are due, at most so many of each webhook, so that one that is
	 * slow does not take the others' turns. Nobody else takes them until {@code until}.
	 */
	List<Delivery> take(Instant now, Instant until, int perWebhook, int most) {
		return this.jdbc.sql("""
				WITH due AS (
				  SELECT d.id FROM webhook AS w CROSS JOIN LATERAL (
				    SELECT id, next_attempt_at FROM webhook_delivery
				     WHERE webhook_id = w.id AND state = 'waiting' AND next_attempt_at <= ?
				     ORDER BY next_attempt_at LIMIT ? FOR UPDATE SKIP LOCKED) AS d
				   WHERE w.enabled ORDER BY d.next_attempt_at LIMIT ?)
				UPDATE webhook_delivery AS d SET next_attempt_at = ? FROM due WHERE d.id = due.id
				RETURNING d.id, d.webhook_id, d.type, d.event, d.attempts
				""")
			.params(timestamp(now), perWebhook, most, timestamp(until))
			.query((rs, i) -> new Delivery(rs.getObject(1, UUID.class), rs.getObject(2, UUID.class), rs.getString(3),
					rs.getBytes(4), rs.getInt(5)))
			.list();
	}

	/** Lets a delivery that was taken wait. */
	void putOff(UUID delivery, Instant until) {
		this.jdbc.sql("UPDATE webhook_delivery SET next_attempt_at = ? WHERE id = ? AND state = 'waiting'")
			.params(timestamp(until), delivery)
			.update();
	}

	/** Notes an attempt; with a next time the delivery waits, without it has ended. */
	void attempted(Delivery delivery, Attempt attempt, @Nullable Instant next) {
		this.jdbc.sql("""
				INSERT INTO webhook_attempt (delivery_id, attempted_at, status, outcome, millis)
				SELECT id, ?, ?, ?, ? FROM webhook_delivery WHERE id = ? ON CONFLICT DO NOTHING
				""")
			.param(timestamp(attempt.at()))
			.param(attempt.status())
			.param(attempt.outcome())
			.param(attempt.millis())
			.param(delivery.id())
			.update();
		String state = attempt.isDelivered() ? "delivered" : (next != null) ? "waiting" : "failed";
		this.jdbc
			.sql("UPDATE webhook_delivery SET state = ?, attempts = attempts + 1, next_attempt_at = ? WHERE id = ?")
			.param(state)
			.param(timestamp(attempt.isDelivered() ? null : next))
			.param(delivery.id())
			.update();
	}

	/** Notes that an attempt at the webhook worked, or that none has since {@code at}. */
	void worked(UUID webhook, boolean worked, Instant at) {
		if (worked) {
			this.jdbc.sql("UPDATE webhook SET failing_since = NULL WHERE id = ? AND failing_since IS NOT NULL")
				.param(webhook)
				.update();
		}
		else {
			this.jdbc.sql("UPDATE webhook SET failing_since = ? WHERE id = ? AND failing_since IS NULL")
				.params(timestamp(at), webhook)
				.update();
		}
	}

	/** Disables what has failed since before then. */
	List<UUID> disableFailingSince(Instant before, String reason) {
		return this.jdbc.sql("""
				UPDATE webhook SET enabled = false, disabled_reason = ? WHERE enabled AND failing_since < ?
				RETURNING id
				""").params(reason, timestamp(before)).query((rs, i) -> rs.getObject(1, UUID.class)).list();
	}

	void disable(UUID id, String reason) {
		this.jdbc.sql("UPDATE webhook SET enabled = false, disabled_reason = ? WHERE id = ? AND enabled")
			.params(reason, id)
			.update();
	}

	/**
	 * Sends a delivery again, from the first attempt on.
	 * @param webhook whose it must be; null for anyone's
	 */
	boolean again(@Nullable UUID webhook, UUID delivery, Instant now) {
		return this.jdbc.sql("""
				UPDATE webhook_delivery SET state = 'waiting', attempts = 0, next_attempt_at = ?
				 WHERE id = ? AND (?::uuid IS NULL OR webhook_id = ?)
				""").param(timestamp(now)).param(delivery).param(webhook).param(webhook).update() > 0;
	}

	/**
	 * Forgets what was made before a time and does not wait, the oldest first.
	 * @param most so many at once
	 * @return how many
	 */
	int forgetBefore(Instant time, int most) {
		return this.jdbc.sql(FORGET).params(UuidV7.firstAt(time), most).update();
	}

	/** The log of a webhook, the latest first. */
	List<Logged> log(UUID webhook, @Nullable UUID before, int most) {
		List<Logged> log = this.jdbc.sql("""
				SELECT id, alert_id, type, state, attempts, next_attempt_at, created_at FROM webhook_delivery
				 WHERE webhook_id = ? AND (?::uuid IS NULL OR id < ?) ORDER BY id DESC LIMIT ?
				""")
			.param(webhook)
			.param(before)
			.param(before)
			.param(most)
			.query((rs, i) -> new Logged(rs.getObject(1, UUID.class), rs.getObject(2, UUID.class), rs.getString(3),
					rs.getString(4), List.of(), instant(rs, "next_attempt_at"),
					rs.getObject("created_at", OffsetDateTime.class).toInstant()))
			.list();
		Map<UUID, List<LoggedAttempt>> attempts = attempts(log.stream().map(Logged::id).toList());
		return log.stream().map((each) -> each.with(attempts.getOrDefault(each.id(), List.of()))).toList();
	}

	private Map<UUID, List<LoggedAttempt>> attempts(List<UUID> deliveries) {
		record Of(UUID delivery, LoggedAttempt attempt) {

		}
		List<Of> found = this.jdbc.sql("""
				SELECT delivery_id, attempted_at, status, outcome, millis FROM webhook_attempt
				 WHERE delivery_id = ANY (?::uuid[]) ORDER BY attempted_at
				""")
			.param(deliveries.stream().map(UUID::toString).toArray(String[]::new))
			.query((rs, i) -> new Of(rs.getObject(1, UUID.class),
					new LoggedAttempt(rs.getObject(2, OffsetDateTime.class).toInstant(),
							(Integer) rs.getObject("status"), rs.getString(4), rs.getLong(5))))
			.list();
		return found.stream()
			.collect(Collectors.groupingBy(Of::delivery, Collectors.mapping(Of::attempt, Collectors.toList())));
	}

	private static Secrets secrets(ResultSet rs) throws SQLException {
		return new Secrets(rs.getObject("id", UUID.class), new SealedSecret(rs.getString("secret")),
				SealedSecret.ofNullable(rs.getString("old_secret")));
	}

	private static Webhook webhook(ResultSet rs) throws SQLException {
		Secrets secrets = secrets(rs);
		List<String> types = new ArrayList<>();
		Arrays.stream((Object[]) rs.getArray("types").getArray()).map(String::valueOf).forEach(types::add);
		return new Webhook(rs.getObject("id", UUID.class), rs.getString("url"), rs.getString("description"),
				Format.valueOf(rs.getString("format").toUpperCase(Locale.ROOT)), List.copyOf(types),
				rs.getBoolean("enabled"), rs.getString("disabled_reason"), secrets.current(), secrets.old(),
				instant(rs, "old_secret_until"), instant(rs, "failing_since"),
				rs.getObject("created_at", OffsetDateTime.class).toInstant());
	}

	private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
		OffsetDateTime time = rs.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

	@NullUnmarked
	private static OffsetDateTime timestamp(@Nullable Instant time) {
		return (time != null) ? time.atOffset(ZoneOffset.UTC) : null;
	}

	/** A delivery that is under way. */
	// Bytes are compared nowhere.
	@SuppressWarnings("ArrayRecordComponent")
	record Delivery(UUID id, UUID webhookId, String type, byte[] event, int attempts) {

	}

	/**
	 * A delivery in the log.
	 *
	 * @param id its id
	 * @param alertId what it tells of; null for a test
	 * @param type of the alert
	 * @param state waiting, delivered or failed
	 * @param attempts what was tried, the oldest first
	 * @param nextAttemptAt when it is tried next; null once it has ended
	 * @param createdAt when it was made
	 */
	record Logged(UUID id, @Nullable UUID alertId, String type, String state, List<LoggedAttempt> attempts,
			@Nullable Instant nextAttemptAt, Instant createdAt) {

		Logged with(List<LoggedAttempt> all) {
			return new Logged(this.id, this.alertId, this.type, this.state, all, this.nextAttemptAt, this.createdAt);
		}

	}

	/** An attempt in the log. */
	record LoggedAttempt(Instant attemptedAt, @Nullable Integer status, String outcome, long millis) {

	}

}
