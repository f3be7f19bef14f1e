package dev.tallygate.messaging;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.UndecodableEventException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Reads a topic from its beginning and then goes on live, alone and without a consumer
 * group: every process reads every record. A missing topic or broker is waited for, an
 * outage is survived, added partitions are found within a minute.
 */
public final class TopicReader implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(TopicReader.class);

	private static final Duration POLL = Duration.ofSeconds(1);

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration PARTITION_CHECK = Duration.ofSeconds(60);

	private final String topic;

	private final Map<String, Object> kafka;

	private final Consumer<TopicRecord> handler;

	private final TopicReaderMeters meters;

	private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();

	/** Next offsets, kept over a consumer that had to be given up. */
	private final Map<TopicPartition, Long> positions = new HashMap<>();

	/** Where the partitions ended when reading began; removed when reached. */
	private final Map<TopicPartition, Long> ends = new HashMap<>();

	private final Semaphore stopping = new Semaphore(0);

	private volatile boolean running;

	private @Nullable Thread thread;

	private volatile @Nullable KafkaConsumer<String, byte[]> consumer;

	TopicReader(String topic, Map<String, Object> kafka, Consumer<TopicRecord> handler, TopicReaderMeters meters) {
		this.topic = topic;
		this.kafka = kafka;
		this.handler = handler;
		this.meters = meters;
	}

	/** What is read. */
	public String topic() {
		return this.topic;
	}

	/**
	 * Whether everything has been handled that was in the topic when reading began.
	 */
	public boolean isCaughtUp() {
		return this.caughtUp.isDone();
	}

	/**
	 * Completes, on the reader's thread, when everything has been handled that was in the
	 * topic when reading began.
	 */
	public CompletableFuture<Void> caughtUp() {
		return this.caughtUp.copy();
	}

	@Override
	public synchronized void start() {
		if (!this.running) {
			this.running = true;
			this.thread = Thread.ofPlatform().daemon().name("read-" + this.topic).start(this::run);
		}
	}

	@Override
	public synchronized void stop() {
		this.running = false;
		this.stopping.release();
		KafkaConsumer<String, byte[]> current = this.consumer;
		if (current != null) {
			current.wakeup();
		}
		Thread reader = this.thread;
		this.thread = null;
		if (reader != null && !reader.equals(Thread.currentThread())) {
			try {
				reader.join(STOP_TIMEOUT);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return 0;
	}

	private void run() {
		Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));
		while (this.running) {
			try (KafkaConsumer<String, byte[]> current = new KafkaConsumer<>(config())) {
				this.consumer = current;
				readOn(current, backoff);
			}
			catch (WakeupException ex) {
				// Stopping; the loop's condition decides.
			}
			catch (KafkaException ex) {
				logger.warn("Reading " + this.topic + " is tried again: " + ex);
				pause(backoff.next());
			}
			finally {
				this.consumer = null;
			}
		}
	}

	private void readOn(KafkaConsumer<String, byte[]> current, Backoff backoff) {
		long checkedAt = System.nanoTime();
		while (this.running && !assign(current)) {
			pause(backoff.next());
		}
		while (this.running) {
			for (ConsumerRecord<String, byte[]> each : current.poll(POLL)) {
				handle(each);
				this.positions.put(new TopicPartition(each.topic(), each.partition()), each.offset() + 1);
			}
			backoff.reset();
			checkCaughtUp(current);
			if (System.nanoTime() - checkedAt > PARTITION_CHECK.toNanos()) {
				checkedAt = System.nanoTime();
				assign(current);
			}
		}
	}

	/**
	 * Assigns all partitions and goes where each was left; false when there is no topic.
	 */
	private boolean assign(KafkaConsumer<String, byte[]> current) {
		List<PartitionInfo> found = current.partitionsFor(this.topic);
		if (found == null || found.isEmpty()) {
			return false;
		}
		Set<TopicPartition> partitions = new HashSet<>();
		found.forEach((info) -> partitions.add(new TopicPartition(this.topic, info.partition())));
		if (partitions.equals(current.assignment())) {
			return true;
		}
		Set<TopicPartition> added = new HashSet<>(partitions);
		added.removeAll(this.positions.keySet());
		if (!isCaughtUp()) {
			this.ends.putAll(current.endOffsets(added));
		}
		current.assign(partitions);
		current.seekToBeginning(added);
		added.forEach((partition) -> this.positions.put(partition, current.position(partition)));
		this.positions.forEach(current::seek);
		return true;
	}

	private void checkCaughtUp(KafkaConsumer<String, byte[]> current) {
		if (isCaughtUp()) {
			return;
		}
		// The consumer's position also moves over what is no record, such as markers.
		this.ends.entrySet().removeIf((end) -> current.position(end.getKey()) >= end.getValue());
		if (this.ends.isEmpty()) {
			this.caughtUp.complete(null);
		}
	}

	private void handle(ConsumerRecord<String, byte[]> each) {
		try {
			byte @Nullable [] value = each.value();
			CloudEvent<?> event = (value != null) ? EventCodec.decode(value) : null;
			String key = (each.key() != null) ? each.key() : "";
			this.handler.accept(new TopicRecord(each.partition(), each.offset(), Instant.ofEpochMilli(each.timestamp()),
					key, event));
			this.meters.applied().increment();
		}
		catch (UndecodableEventException ex) {
			(ex.isUnknownType() ? this.meters.ignored() : this.meters.undecodable()).increment();
		}
		catch (RuntimeException ex) {
			this.meters.failed().increment();
			logger.error("A record of " + this.topic + "-" + each.partition() + "@" + each.offset()
					+ " could not be handled", ex);
		}
	}

	private void pause(Duration pause) {
		try {
			if (this.stopping.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
				this.stopping.drainPermits();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private Map<String, Object> config() {
		Map<String, Object> config = new HashMap<>(this.kafka);
		config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
		config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
		config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
		config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
		config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
		config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2000);
		config.remove(ConsumerConfig.GROUP_ID_CONFIG);
		config.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
		return config;
	}

}
