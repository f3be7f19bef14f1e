package dev.tallygate.budgets.account;

import dev.tallygate.messaging.CallWindow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Forgets what can never be asked again. An event is accepted for a while after its call
 * ({@link CallWindow}) and stays in Kafka for 35 days, so an id older than their sum
 * cannot come back.
 */
@Component
class Housekeeping {

	/** Those 35 days and ten of margin. */
	private static final Duration KEPT = CallWindow.BACK.plusDays(45);

	private static final int BATCH = 10_000;

	private final JdbcClient jdbc;

	private final Clock clock;

	Housekeeping(JdbcClient jdbc, Clock clock) {
		this.jdbc = jdbc;
		this.clock = clock;
	}

	@Scheduled(initialDelayString = "PT10M", fixedDelayString = "PT6H")
	void forget() {
		Instant before = this.clock.instant().minus(KEPT);
		int deleted;
		do {
			deleted = this.jdbc.sql("""
					DELETE FROM counted_event WHERE event_id IN (
					  SELECT event_id FROM counted_event WHERE event_id < ? ORDER BY event_id LIMIT ?)
					""").params(firstIdAt(before), BATCH).update();
		}
		while (deleted == BATCH);
		this.jdbc.sql("DELETE FROM applied_source WHERE applied_at < ?")
			.param(before.atOffset(ZoneOffset.UTC))
			.update();
	}

	/** The smallest UUIDv7 of that millisecond. */
	private static UUID firstIdAt(Instant time) {
		return new UUID(time.toEpochMilli() << 16, 0);
	}

}
