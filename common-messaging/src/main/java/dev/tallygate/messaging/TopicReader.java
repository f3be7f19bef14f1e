package dev.tallygate.messaging;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.UndecodableEventException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic from its beginning and then goes on live, alone and without a consumer
 * group: every process reads every record. A missing topic or broker is waited for, an
 * outage is survived, added partitions are found within a minute, and a topic that was
 * made anew with fewer of them is read on. Where only the latest record of a key counts,
 * those that came together with a later one of their key are not even decoded.
 */
public final class TopicReader extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(TopicReader.class);

	private static final Duration POLL = Duration.ofSeconds(1);

	private static final Duration RETRY_DELAY = Duration.ofMillis(200);

	private static final Duration MAX_RETRY_DELAY = Duration.ofSeconds(5);

	/** After so many looks, some 20 s, a topic that is not there is worth a line. */
	private static final int LOOKS = 10;

	private static final Duration PARTITION_CHECK = Duration.ofSeconds(60);

	private final String topic;

	private final Map<String, Object> kafka;

	private final Consumer<TopicRecord> handler;

	private final TopicReaderMeters meters;

	private final boolean latestOnly;

	private final Duration gather;

	private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();

	/** Next offsets, kept over a consumer that had to be given up. */
	private final Map<TopicPartition, Long> positions = new HashMap<>();

	/** Where the partitions ended when reading began; removed when reached. */
	private final Map<TopicPartition, Long> ends = new HashMap<>();

	private volatile @Nullable KafkaConsumer<String, byte[]> consumer;

	private volatile boolean missing;

	TopicReader(String topic, Map<String, Object> kafka, Consumer<TopicRecord> handler, TopicReaderMeters meters,
			boolean latestOnly, Duration gather) {
		super("read-" + topic, RETRY_DELAY, MAX_RETRY_DELAY);
		this.latestOnly = latestOnly;
		this.gather = gather;
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

	/** Whether the broker answers and has no such topic, or does not show it. */
	boolean isMissing() {
		return this.missing;
	}

	/**
	 * Completes, on the reader's thread, when everything has been handled that was in the
	 * topic when reading began.
	 */
	public CompletableFuture<Void> caughtUp() {
		return this.caughtUp.copy();
	}

	@Override
	protected void work() throws InterruptedException {
		try (KafkaConsumer<String, byte[]> current = new KafkaConsumer<>(config())) {
			this.consumer = current;
			readOn(current);
		}
		catch (WakeupException ex) {
			// Stopping.
		}
		finally {
			this.consumer = null;
		}
	}

	@Override
	protected void stopping() {
		KafkaConsumer<String, byte[]> current = this.consumer;
		if (current != null) {
			current.wakeup();
		}
	}

	private void readOn(KafkaConsumer<String, byte[]> current) throws InterruptedException {
		long checkedAt = System.nanoTime();
		for (int looks = 1; isRunning() && !assign(current); looks++) {
			this.missing = true;
			if (looks == LOOKS) {
				logger
					.warn("Topic " + this.topic + " is not there, or may not be seen. Start the service that publishes"
							+ " it, make it by hand, or let this service's Kafka user describe and read it.");
			}
			backOff();
		}
		this.missing = false;
		while (isRunning()) {
			ConsumerRecords<String, byte[]> batch = current.poll(POLL);
			long polledAt = System.nanoTime();
			for (TopicPartition partition : batch.partitions()) {
				List<ConsumerRecord<String, byte[]>> each = batch.records(partition);
				take(each);
				this.positions.put(partition, each.getLast().offset() + 1);
			}
			succeeded();
			checkCaughtUp(current);
			if (System.nanoTime() - checkedAt > PARTITION_CHECK.toNanos()) {
				checkedAt = System.nanoTime();
				assign(current);
			}
			if (!batch.isEmpty() && isCaughtUp()) {
				pause(this.gather.minusNanos(System.nanoTime() - polledAt));
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
		// Of a topic that was made anew some may be gone.
		this.positions.keySet().retainAll(partitions);
		this.ends.keySet().retainAll(partitions);
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

	private void take(List<ConsumerRecord<String, byte[]>> records) {
		if (!this.latestOnly || records.size() == 1) {
			records.forEach((each) -> {
				TopicRecord decoded = decoded(each);
				if (decoded != null) {
					handle(decoded);
				}
			});
			return;
		}
		takeLatest(records).forEach(this::handle);
	}

	/**
	 * The last readable record of each key, in order. What has no key stands for itself.
	 */
	private Deque<TopicRecord> takeLatest(List<ConsumerRecord<String, byte[]>> records) {
		Deque<TopicRecord> latest = new ArrayDeque<>();
		Set<String> seen = new HashSet<>();
		for (ConsumerRecord<String, byte[]> each : records.reversed()) {
			if (each.key() != null && seen.contains(each.key())) {
				this.meters.superseded().increment();
				continue;
			}
			TopicRecord decoded = decoded(each);
			if (decoded != null) {
				latest.addFirst(decoded);
				seen.add(decoded.key());
			}
		}
		return latest;
	}

	/** Null when this version cannot read it. */
	private @Nullable TopicRecord decoded(ConsumerRecord<String, byte[]> each) {
		try {
			byte @Nullable [] value = each.value();
			CloudEvent<?> event = (value != null) ? EventCodec.decode(value) : null;
			String key = (each.key() != null) ? each.key() : "";
			return new TopicRecord(each.partition(), each.offset(), Instant.ofEpochMilli(each.timestamp()), key, event);
		}
		catch (UndecodableEventException ex) {
			(ex.isUnknownType() ? this.meters.ignored() : this.meters.undecodable()).increment();
		}
		catch (Throwable ex) {
			failed(each.partition(), each.offset(), ex);
		}
		return null;
	}

	// What a record does to its handler, an Error too, must not stop those behind it.
	private void handle(TopicRecord each) {
		try {
			this.handler.accept(each);
			this.meters.applied().increment();
		}
		catch (Throwable ex) {
			failed(each.partition(), each.offset(), ex);
		}
	}

	private void failed(int partition, long offset, Throwable ex) {
		this.meters.failed().increment();
		logger.error("A record of {}-{}@{} could not be handled", this.topic, partition, offset, ex);
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
