package dev.tallygate.gateway.spool;

import dev.tallygate.events.EventCodec;
import dev.tallygate.events.Topics;
import dev.tallygate.gateway.spool.SpoolDirectory.Watermark;
import dev.tallygate.messaging.BackgroundLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds Kafka from the spool, on a thread of its own, in the order of the log, for as
 * long as it takes. After any failure it goes back to the last acknowledged event with a
 * new producer: Kafka may see an event twice, never too few and never one user's events
 * out of order for good.
 */
final class UsageSender extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(UsageSender.class);

	/** Events under way before the first of them must be acknowledged. */
	private static final int BATCH = 500;

	/**
	 * In bytes, and less than a broker takes at once. All of {@link #BATCH} may be one
	 * user's and so of one partition; each request more costs the broker half a
	 * millisecond.
	 */
	private static final int KAFKA_BATCH = 512 * 1024;

	/** An event that comes ends it. */
	private static final Duration IDLE = Duration.ofSeconds(10);

	private static final Duration FIRST = Duration.ofMillis(5);

	/** How long after a batch that was not full the next one begins at the earliest. */
	private static final Duration GATHER = Duration.ofMillis(30);

	private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

	/** The same in every record, which the producer only reads. */
	private static final RecordHeader CONTENT_TYPE = new RecordHeader("content-type",
			EventCodec.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII));

	private final Spool spool;

	private final Map<String, Object> kafka;

	private final SpoolMeters meters;

	private @Nullable KafkaProducer<byte[], byte[]> producer;

	UsageSender(Spool spool, Map<String, Object> kafka, SpoolMeters meters) {
		super("usage-sender", Duration.ofMillis(100), MAX_PAUSE);
		this.spool = spool;
		this.kafka = producerProperties(kafka);
		this.meters = meters;
	}

	/**
	 * A batch never expires by itself, because a later one of the same user could then be
	 * first. One request is under way at a time for the same reason: a broker that knows
	 * nothing yet of an idempotent producer takes any sequence number as its first, so
	 * the second batch could be written although the first was turned down, as happens
	 * while a new topic's leaders come up. Large batches make up for it.
	 */
	private static Map<String, Object> producerProperties(Map<String, Object> kafka) {
		Map<String, Object> properties = new HashMap<>(kafka);
		properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		properties.put(ProducerConfig.ACKS_CONFIG, "all");
		properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
		properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
		properties.put(ProducerConfig.BATCH_SIZE_CONFIG, KAFKA_BATCH);
		properties.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
		properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
		properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
		properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
		properties.put(ProducerConfig.LINGER_MS_CONFIG, 2);
		properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
		properties.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 1_000);
		properties.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
		return properties;
	}

	/** Waits until Kafka has everything, or until {@code timeout} is over. */
	boolean drain(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (this.spool.state().depth() > 0) {
			if (System.nanoTime() > deadline || !isRunning() || isDead() || !paused(10)) {
				return false;
			}
		}
		return true;
	}

	private static boolean paused(long millis) {
		try {
			Thread.sleep(millis);
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/** Together with the books, which it must not outlive. */
	@Override
	public boolean isAutoStartup() {
		return false;
	}

	/** Stops sending at once; what is not sent stays in the spool. */
	@Override
	protected void stopping() {
		interrupt();
	}

	@Override
	protected void work() throws IOException, InterruptedException {
		try {
			while (isRunning()) {
				long began = System.nanoTime();
				long last = this.spool.lastOrdinal();
				int sent = sendSome();
				if (sent == 0) {
					// What cannot be read is not looked for until more comes, and
					// what comes with that goes with it.
					if (this.spool.awaitAfter(last, IDLE)) {
						pause(FIRST);
					}
				}
				else if (sent < BATCH) {
					// What comes meanwhile costs one batch and not many, here and at all
					// who read it.
					pause(GATHER.minusNanos(System.nanoTime() - began));
				}
			}
		}
		catch (InterruptException ex) {
			throw ex;
		}
		catch (IOException | RuntimeException | Error ex) {
			this.meters.sendFailed();
			throw ex;
		}
		finally {
			giveUpProducer();
		}
	}

	private void giveUpProducer() {
		KafkaProducer<byte[], byte[]> current = this.producer;
		this.producer = null;
		if (current != null) {
			try {
				current.close(Duration.ZERO);
			}
			catch (KafkaException ex) {
				logger.debug("Closing a producer failed", ex);
			}
		}
	}

	/** How many events there were to send. */
	private int sendSome() throws IOException, InterruptedException {
		List<Sendable> events = this.spool.after(this.spool.acknowledged().ordinal(), BATCH);
		for (int start = 0; start < events.size(); start += BATCH) {
			send(events.subList(start, Math.min(start + BATCH, events.size())));
		}
		return events.size();
	}

	private void send(List<Sendable> events) throws InterruptedException {
		KafkaProducer<byte[], byte[]> current = producer();
		this.spool.sending(events.stream().mapToLong(Sendable::seq).max().orElse(0));
		List<Future<RecordMetadata>> underway = new ArrayList<>(events.size());
		for (Sendable event : events) {
			underway.add(current.send(record(event)));
		}
		Watermark taken = this.spool.acknowledged();
		try {
			for (int i = 0; i < events.size(); i++) {
				check(await(underway.get(i)));
				taken = new Watermark(events.get(i).ordinal(), Math.max(taken.seq(), events.get(i).seq()));
			}
		}
		finally {
			this.spool.acknowledge(taken);
		}
		this.meters.sent(events.size());
		succeeded();
	}

	private KafkaProducer<byte[], byte[]> producer() {
		KafkaProducer<byte[], byte[]> current = this.producer;
		if (current == null) {
			current = new KafkaProducer<>(this.kafka);
			this.producer = current;
			// Fails here, before anything is under way, when the topic is not there.
			current.partitionsFor(Topics.USAGE);
		}
		return current;
	}

	private static ProducerRecord<byte[], byte[]> record(Sendable event) {
		byte[] key = event.key().toString().getBytes(StandardCharsets.US_ASCII);
		ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topics.USAGE, key, event.payload());
		record.headers().add(CONTENT_TYPE);
		return record;
	}

	private static RecordMetadata await(Future<RecordMetadata> underway) throws InterruptedException {
		try {
			return underway.get(30, TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new KafkaException("an event was not taken", (ex.getCause() != null) ? ex.getCause() : ex);
		}
	}

	/** A record in another topic would count for nobody. */
	private static void check(RecordMetadata metadata) {
		if (!Topics.USAGE.equals(metadata.topic())) {
			throw new KafkaException("an event went to " + metadata.topic());
		}
	}

}
