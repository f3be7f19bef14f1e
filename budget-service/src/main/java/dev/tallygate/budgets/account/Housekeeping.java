package dev.tallygate.budgets.account;

import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.CallWindow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Forgets what can never be asked again. An event stays in Kafka for 35 days, so one that
 * was counted longer ago cannot come back. A settled call is accepted for a while after
 * it opened ({@link CallWindow}), so it can come until its id is as old as their sum; of
 * corrections, which may come years after their call, the id does not say that.
 */
@Component
class Housekeeping {

	/** Those 35 days and ten of margin. */
	private static final Duration COUNTED = Duration.ofDays(45);

	private static final Duration KEPT = CallWindow.BACK.plus(COUNTED);

	private static final int BATCH = 10_000;

	private final JdbcClient jdbc;

	private final Clock clock;

	Housekeeping(JdbcClient jdbc, Clock clock) {
		this.jdbc = jdbc;
		this.clock = clock;
	}

	@Scheduled(initialDelayString = "PT10M", fixedDelayString = "PT6H")
	void forget() {
		Instant now = this.clock.instant();
		Instant before = now.minus(KEPT);
		UUID reached = UuidV7.firstAt(Instant.EPOCH);
		List<UUID> deleted;
		do {
			deleted = this.jdbc.sql("""
					DELETE FROM counted_event WHERE event_id IN (
					  SELECT event_id FROM counted_event WHERE event_id > ? AND event_id < ? AND counted_at < ?
					  ORDER BY event_id LIMIT ?) RETURNING event_id
					""")
				.params(reached, UuidV7.firstAt(before), now.minus(COUNTED).atOffset(ZoneOffset.UTC), BATCH)
				.query((row, number) -> row.getObject(1, UUID.class))
				.list();
			// The old ones that stay are passed by once and not with every batch.
			reached = deleted.stream().max(Comparator.comparing(UUID::toString)).orElse(reached);
		}
		while (deleted.size() == BATCH);
		this.jdbc.sql("DELETE FROM applied_source WHERE applied_at < ?")
			.param(before.atOffset(ZoneOffset.UTC))
			.update();
	}

}
