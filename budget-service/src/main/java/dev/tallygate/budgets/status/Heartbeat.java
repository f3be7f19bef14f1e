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
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * A sign of life on each partition of the status topic. It is sent by whoever takes in
 * the usage partition of the same number, which has the same users, and only while they
 * get in and statuses out; so it stops where either stops, be it in a transaction that is
 * stuck. It has a thread of its own: whatever else is slow must not look like silence.
 */
@Component
class Heartbeat implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(Heartbeat.class);

	private static final String SOURCE = "/budget";

	private final StatusPublisher publisher;

	private final IntakeAssignments assignments;

	private final StatusTopic topic;

	private final StatusProperties properties;

	private final StatusMeters meters;

	private final Clock clock;

	private @Nullable ScheduledExecutorService timer;

	private @Nullable Producer<String, byte[]> producer;

	Heartbeat(StatusPublisher publisher, IntakeAssignments assignments, StatusTopic topic, StatusProperties properties,
			StatusMeters meters, Clock clock) {
		this.publisher = publisher;
		this.assignments = assignments;
		this.topic = topic;
		this.properties = properties;
		this.meters = meters;
		this.clock = clock;
	}

	@Override
	public synchronized void start() {
		ScheduledExecutorService started = Executors
			.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("heartbeat").factory());
		long interval = this.properties.heartbeatInterval().toMillis();
		ScheduledFuture<?> _ = started.scheduleAtFixedRate(this::beat, interval, interval, TimeUnit.MILLISECONDS);
		this.timer = started;
	}

	private void beat() {
		try {
			if (this.publisher.isHealthy()) {
				this.assignments.movingPartitionsOf(Topics.USAGE, this.properties.maxSilence()).forEach(this::beat);
			}
		}
		catch (RuntimeException ex) {
			// What is thrown would end the timer.
			logger.warn("A heartbeat was not sent: " + ex);
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

	private synchronized Producer<String, byte[]> producer() {
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
	public synchronized void stop() {
		if (this.timer != null) {
			this.timer.shutdownNow();
			this.timer = null;
		}
		if (this.producer != null) {
			this.producer.close(Duration.ZERO);
			this.producer = null;
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.timer != null;
	}

}
