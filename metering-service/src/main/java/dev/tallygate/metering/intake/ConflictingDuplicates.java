package dev.tallygate.metering.intake;

import dev.tallygate.messaging.Received;
import dev.tallygate.metering.ledger.LedgerEntry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Events that came again under the same id with other content.
 */
@Repository
class ConflictingDuplicates {

	private final JdbcClient jdbc;

	private final Counter counter;

	ConflictingDuplicates(JdbcClient jdbc, MeterRegistry registry) {
		this.jdbc = jdbc;
		this.counter = Counter.builder("tallygate.metering.conflicting.duplicates")
			.description("events that came again under the same id with other content")
			.register(registry);
	}

	void keep(LedgerEntry entry, Received received) {
		int added = this.jdbc.sql("""
				INSERT INTO conflicting_duplicate (event_id, partition, record_offset, period) VALUES (?, ?, ?, ?)
				ON CONFLICT DO NOTHING""")
			.params(entry.eventId(), received.partition(), received.offset(), entry.period().atDay(1))
			.update();
		this.counter.increment(added);
	}

}
