package dev.tallygate.gateway.admission;

import dev.tallygate.messaging.TopicReader;
import java.time.Duration;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Down until it is known where users stand: the whole topic has been read, or Kafka is
 * away and there is a snapshot.
 */
final class BudgetStatusHealth extends AbstractHealthIndicator {

	private final TopicReader reader;

	private final AdmissionUpkeep upkeep;

	private final long deadline;

	BudgetStatusHealth(TopicReader reader, AdmissionUpkeep upkeep, Duration startWithoutKafkaAfter) {
		super("Budget status could not be checked");
		this.reader = reader;
		this.upkeep = upkeep;
		this.deadline = System.nanoTime() + startWithoutKafkaAfter.toNanos();
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		if (this.reader.isCaughtUp()) {
			builder.up().withDetail("from", "topic");
		}
		else if (this.upkeep.startedFromSnapshot() && System.nanoTime() - this.deadline > 0) {
			builder.up().withDetail("from", "snapshot");
		}
		else {
			builder.down().withDetail("waitingFor", this.reader.topic());
		}
	}

}
