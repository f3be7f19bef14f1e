package dev.tallygate.messaging;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * The infrastructure has failed: goes back to the start of the batch and waits a little.
 * The waits are far shorter than the time after which a silent consumer loses its
 * partitions.
 */
final class RetryForever implements CommonErrorHandler {

	private static final Logger logger = LoggerFactory.getLogger(RetryForever.class);

	private final IntakeMeters meters;

	private final ThreadLocal<BackOffExecution> pauses;

	RetryForever(MessagingProperties.Intake properties, IntakeMeters meters) {
		this.meters = meters;
		ExponentialBackOff doubling = new ExponentialBackOff(properties.retryDelay().toMillis(), 2);
		doubling.setMaxInterval(properties.maxRetryDelay().toMillis());
		this.pauses = ThreadLocal.withInitial(doubling::start);
	}

	/** Something worked on this thread. */
	void reset() {
		this.pauses.remove();
	}

	/** The broker does not let this service read; the container waits by itself. */
	void refused() {
		this.meters.retried();
	}

	@Override
	public void handleBatch(Exception thrownException, ConsumerRecords<?, ?> data, Consumer<?, ?> consumer,
			MessageListenerContainer container, Runnable invokeListener) {
		logger.warn("A batch is tried again: {}",
				NestedExceptionUtils.getMostSpecificCause(thrownException).toString());
		Map<TopicPartition, Long> first = new HashMap<>();
		for (ConsumerRecord<?, ?> each : data) {
			first.putIfAbsent(new TopicPartition(each.topic(), each.partition()), each.offset());
		}
		first.forEach(consumer::seek);
		pause(container);
	}

	@Override
	public void handleOtherException(Exception thrownException, Consumer<?, ?> consumer,
			MessageListenerContainer container, boolean batchListener) {
		logger.warn("Polling is tried again: {}",
				NestedExceptionUtils.getMostSpecificCause(thrownException).toString());
		pause(container);
	}

	@Override
	public boolean isAckAfterHandle() {
		return false;
	}

	private void pause(MessageListenerContainer container) {
		this.meters.retried();
		long until = System.nanoTime() + Duration.ofMillis(this.pauses.get().nextBackOff()).toNanos();
		try {
			while (container.isRunning() && System.nanoTime() < until) {
				Thread.sleep(50);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
