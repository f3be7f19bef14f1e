package dev.tallygate.gateway.admission;

import dev.tallygate.messaging.TopicReader;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether it is known yet where users stand: the whole topic has been read, or Kafka is
 * away and there is a snapshot. Before, whoever has a limit would look like somebody who
 * has none.
 */
final class StatusesRead implements BooleanSupplier {

	private final TopicReader reader;

	private final AdmissionUpkeep upkeep;

	private final long deadline;

	StatusesRead(TopicReader reader, AdmissionUpkeep upkeep, Duration startWithoutKafkaAfter) {
		this.reader = reader;
		this.upkeep = upkeep;
		this.deadline = System.nanoTime() + startWithoutKafkaAfter.toNanos();
	}

	@Override
	public boolean getAsBoolean() {
		return from() != null;
	}

	/** What it is known from, {@code topic} or {@code snapshot}; null while it is not. */
	@Nullable String from() {
		if (this.reader.isCaughtUp()) {
			return "topic";
		}
		return (this.upkeep.startedFromSnapshot() && System.nanoTime() - this.deadline > 0) ? "snapshot" : null;
	}

	/** What is waited for. */
	String topic() {
		return this.reader.topic();
	}

}
