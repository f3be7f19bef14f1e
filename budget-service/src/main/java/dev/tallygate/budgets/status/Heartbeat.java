package dev.tallygate.budgets.status;

import dev.tallygate.events.BudgetHeartbeat;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.BackgroundLoop;
import dev.tallygate.messaging.IntakeAssignments;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * A sign of life on each partition of the status topic. It is sent by whoever takes in
 * the usage partition of the same number, which has the same users, and only while they
 * get in and statuses out; so it stops where either stops, be it in a transaction that is
 * stuck. It has a thread of its own: whatever else is slow must not look like silence.
 */
@Component
class Heartbeat extends BackgroundLoop {

	private static final String SOURCE = "/budget";

	private final StatusPublisher publisher;

	private final IntakeAssignments assignments;

	private final StatusTopic topic;

	private final StatusProperties properties;

	private final StatusMeters meters;

	private final Clock clock;

	private volatile @Nullable Producer<String, byte[]> producer;

	Heartbeat(StatusPublisher publisher, IntakeAssignments assignments, StatusTopic topic, StatusProperties properties,
			StatusMeters meters, Clock clock) {
		super("heartbeat", properties.heartbeatInterval(), properties.heartbeatInterval());
		this.publisher = publisher;
		this.assignments = assignments;
		this.topic = topic;
		this.properties = properties;
		this.meters = meters;
		this.clock = clock;
	}

	@Override
	protected void work() throws InterruptedException {
		while (isRunning()) {
			pause(this.properties.heartbeatInterval());
			if (this.publisher.isHealthy()) {
				this.assignments.movingPartitionsOf(Topics.USAGE, this.properties.maxSilence()).forEach(this::beat);
			}
			succeeded();
		}
	}

	private void beat(int partition) {
		// The next one is sent whatever becomes of this one.
		Future<RecordMetadata> _ = producer().send(heartbeat(partition), (metadata, ex) -> {
			if (ex == null) {
				this.meters.heartbeat();
			}
		});
	}

	private Producer<String, byte[]> producer() {
		Producer<String, byte[]> current = this.producer;
		if (current == null) {
			current = this.topic.producer();
			this.producer = current;
		}
		return current;
	}

	private ProducerRecord<String, byte[]> heartbeat(int partition) {
		Instant now = this.clock.instant();
		CloudEvent<BudgetHeartbeat> event = CloudEvent.of(UuidV7.next(), SOURCE, now,
				new BudgetHeartbeat(partition, now));
		return StatusTopic.toRecord(partition, BudgetHeartbeat.KEY, EventCodec.encode(event));
	}

	@Override
	protected void stopped() {
		Producer<String, byte[]> current = this.producer;
		this.producer = null;
		if (current != null) {
			current.close(Duration.ZERO);
		}
	}

}
