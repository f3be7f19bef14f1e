package dev.tallygate.budgets.status;

import dev.tallygate.events.BudgetHeartbeat;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.IntakeAssignments;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * A sign of life on each partition of the status topic. It is sent by whoever takes in
 * the usage partition of the same number, which has the same users, and only while
 * statuses get out; so it stops where either stops.
 */
@Component
class Heartbeat implements DisposableBean {

	private static final Log logger = LogFactory.getLog(Heartbeat.class);

	private static final String SOURCE = "/budget";

	private final StatusPublisher publisher;

	private final IntakeAssignments assignments;

	private final StatusTopic topic;

	private final StatusMeters meters;

	private final Clock clock;

	private @Nullable Producer<String, byte[]> producer;

	Heartbeat(StatusPublisher publisher, IntakeAssignments assignments, StatusTopic topic, StatusMeters meters,
			Clock clock) {
		this.publisher = publisher;
		this.assignments = assignments;
		this.topic = topic;
		this.meters = meters;
		this.clock = clock;
	}

	@Scheduled(fixedRateString = "${tallygate.status.heartbeat-interval:1s}")
	synchronized void beat() {
		if (!this.publisher.isHealthy()) {
			return;
		}
		try {
			for (int partition : this.assignments.partitionsOf(Topics.USAGE)) {
				// The next one is sent whatever becomes of this one.
				Future<RecordMetadata> _ = producer().send(heartbeat(partition), (metadata, ex) -> {
					if (ex == null) {
						this.meters.heartbeat();
					}
				});
			}
		}
		catch (KafkaException ex) {
			logger.warn("A heartbeat was not sent: " + ex);
		}
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
	public synchronized void destroy() {
		if (this.producer != null) {
			this.producer.close(Duration.ofSeconds(1));
			this.producer = null;
		}
	}

}
