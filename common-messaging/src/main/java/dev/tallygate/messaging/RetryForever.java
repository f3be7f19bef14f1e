package dev.tallygate.messaging;

import java.util.HashMap;
import java.util.Map;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * The infrastructure has failed: goes back to the start of the batch and waits a little.
 * The waits are far shorter than the time after which a silent consumer loses its
 * partitions.
 */
final class RetryForever implements CommonErrorHandler {

	private static final Log logger = LogFactory.getLog(RetryForever.class);

	private final MessagingProperties.Intake properties;

	private final IntakeMeters meters;

	private final ThreadLocal<Backoff> backoff;

	RetryForever(MessagingProperties.Intake properties, IntakeMeters meters) {
		this.properties = properties;
		this.meters = meters;
		this.backoff = ThreadLocal
			.withInitial(() -> new Backoff(this.properties.retryDelay(), this.properties.maxRetryDelay()));
	}

	/** Something worked on this thread. */
	void reset() {
		this.backoff.get().reset();
	}

	@Override
	public void handleBatch(Exception thrownException, ConsumerRecords<?, ?> data, Consumer<?, ?> consumer,
			MessageListenerContainer container, Runnable invokeListener) {
		logger.warn("A batch is tried again: " + NestedExceptionUtils.getMostSpecificCause(thrownException));
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
		logger.warn("Polling is tried again: " + NestedExceptionUtils.getMostSpecificCause(thrownException));
		pause(container);
	}

	@Override
	public boolean isAckAfterHandle() {
		return false;
	}

	private void pause(MessageListenerContainer container) {
		this.meters.retried();
		long until = System.nanoTime() + this.backoff.get().next().toNanos();
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
