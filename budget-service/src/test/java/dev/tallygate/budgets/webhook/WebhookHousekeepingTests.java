package dev.tallygate.budgets.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.budgets.Fixture;
import dev.tallygate.events.UuidV7;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Deliveries are kept for a while, and forgotten a few at a time.
 */
class WebhookHousekeepingTests {

	private static final Instant OLD = Instant.parse("2020-01-01T00:00:00Z");

	private final Fixture fixture = Fixture.shared();

	private final Webhooks webhooks = this.fixture.service().getBean(Webhooks.class);

	private final UUID webhook = UuidV7.next();

	@BeforeEach
	void aWebhookThatIsOff() {
		this.fixture.jdbc.update("""
				INSERT INTO webhook (id, url, enabled, format, secret, created_at)
				VALUES (?, 'https://nobody.invalid/', false, 'cloudevents', 'none', now())""", this.webhook);
	}

	@AfterEach
	void gone() {
		this.fixture.jdbc.update("DELETE FROM webhook WHERE id = ?", this.webhook);
	}

	@Test
	void forgetsTheOldestFirstAndNothingThatWaits() {
		deliveries(OLD, 5, "failed");
		deliveries(OLD.plusMillis(1), 2, "waiting");
		deliveries(OLD.plusMillis(2), 5, "delivered");
		deliveries(OLD.plusSeconds(1), 3, "delivered");
		assertThat(this.webhooks.forgetBefore(OLD.plusSeconds(1), 4)).isEqualTo(4);
		assertThat(states()).startsWith("failed", "waiting", "waiting", "delivered");
		assertThat(this.webhooks.forgetBefore(OLD.plusSeconds(1), 100)).isEqualTo(6);
		assertThat(states()).containsExactly("waiting", "waiting", "delivered", "delivered", "delivered");
	}

	@Test
	void findsWhatIsOldByItsKey() {
		deliveries(Instant.now(), 20_000, "delivered");
		this.fixture.jdbc.execute("ANALYZE webhook_delivery");
		assertThat(
				this.fixture.jdbc.queryForList("EXPLAIN " + Webhooks.FORGET, String.class, UuidV7.firstAt(OLD), 1000))
			.noneMatch((line) -> line.contains("Seq Scan"))
			.anyMatch((line) -> line.contains("Index Scan using webhook_delivery_pkey"));
	}

	private void deliveries(Instant at, int count, String state) {
		this.fixture.jdbc.update(
				"""
						INSERT INTO webhook_delivery (id, webhook_id, type, event, state, next_attempt_at, created_at)
						SELECT (lpad(to_hex(?), 12, '0') || '7' || lpad(to_hex(n), 3, '0') || '8000' || lpad(to_hex(n), 12, '0'))::uuid,
							?, 'budget.exceeded', '', ?, CASE WHEN ? = 'waiting' THEN 'infinity'::timestamptz END, now()
						FROM generate_series(1, ?) n""",
				at.toEpochMilli(), this.webhook, state, state, count);
	}

	private List<@Nullable String> states() {
		return this.fixture.jdbc.queryForList("SELECT state FROM webhook_delivery WHERE webhook_id = ? ORDER BY id",
				String.class, this.webhook);
	}

}
