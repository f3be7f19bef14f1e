package dev.tallygate.keys.audit;

import dev.tallygate.events.Topics;
import dev.tallygate.messaging.BackgroundLoop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.stereotype.Component;

/**
 * Publishes the heads of the chains, so that a cut-off tail is found: whoever can cut the
 * table cannot take back what the broker holds. What was written since the last
 * publication is the bound of what a cut can hide.
 */
@Component
class AuditHeads extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(AuditHeads.class);

	private static final Duration LOOK = Duration.ofSeconds(1);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	private static final Duration SEND_LIMIT = Duration.ofSeconds(10);

	private final AuditLog log;

	private final AuditProperties properties;

	private final Map<String, Object> producerConfig;

	private final Map<String, Object> consumerConfig;

	private final Clock clock;

	/** Per chain what was last published by this process. */
	private final Map<Integer, AuditHead> published = new HashMap<>();

	AuditHeads(AuditLog log, AuditProperties properties, ProducerFactory<?, ?> producers,
			ConsumerFactory<?, ?> consumers, Clock clock) {
		super("audit-heads", LOOK, LONGEST_PAUSE);
		this.log = log;
		this.properties = properties;
		this.clock = clock;
		this.producerConfig = new HashMap<>(producers.getConfigurationProperties());
		this.producerConfig.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
		this.producerConfig.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		this.producerConfig.put(ProducerConfig.ACKS_CONFIG, "all");
		this.producerConfig.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
		this.producerConfig.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
		this.producerConfig.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
		this.consumerConfig = new HashMap<>(consumers.getConfigurationProperties());
		this.consumerConfig.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
		this.consumerConfig.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
		this.consumerConfig.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
		this.consumerConfig.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
	}

	@Override
	protected void work() throws InterruptedException {
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(this.producerConfig)) {
			while (isRunning()) {
				try {
					publishDue(producer);
					succeeded();
				}
				catch (DataAccessException | ExecutionException | TimeoutException ex) {
					logger.warn("The heads of the audit chains wait: {}", ex.getClass().getSimpleName());
				}
				pause(LOOK);
			}
		}
	}

	private void publishDue(KafkaProducer<String, byte[]> producer)
			throws ExecutionException, InterruptedException, TimeoutException {
		for (int chain = 0; chain < AuditLog.CHAINS; chain++) {
			AuditHead head = AuditHead.of(chain, this.log.head(chain), this.clock.instant());
			if (isDue(head)) {
				producer.send(new ProducerRecord<>(Topics.AUDIT_HEADS, String.valueOf(chain), head.encode()))
					.get(SEND_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
				this.published.put(chain, head);
			}
		}
	}

	private boolean isDue(AuditHead head) {
		AuditHead last = this.published.get(head.chain());
		if (last == null) {
			return head.seq() > 0;
		}
		return head.seq() > last.seq() && (head.seq() - last.seq() >= this.properties.publishEntries()
				|| !head.at().isBefore(last.at().plus(this.properties.publishInterval())));
	}

	/**
	 * All heads ever published that the broker still has.
	 * @throws TimeoutException when the broker does not answer in time
	 */
	List<AuditHead> read() throws TimeoutException {
		Instant end = Instant.now().plus(this.properties.readTimeout());
		try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(this.consumerConfig)) {
			List<TopicPartition> partitions = consumer.partitionsFor(Topics.AUDIT_HEADS, this.properties.readTimeout())
				.stream()
				.map((info) -> new TopicPartition(info.topic(), info.partition()))
				.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, this.properties.readTimeout());
			List<AuditHead> heads = new ArrayList<>();
			while (partitions.stream().anyMatch((each) -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
				if (Instant.now().isAfter(end)) {
					throw new TimeoutException("the broker takes too long");
				}
				for (ConsumerRecord<String, byte[]> each : consumer.poll(Duration.ofMillis(200))) {
					AuditHead head = (each.value() != null) ? AuditHead.decode(each.value()) : null;
					if (head != null) {
						heads.add(head);
					}
				}
			}
			return heads;
		}
		catch (org.apache.kafka.common.KafkaException ex) {
			throw (TimeoutException) new TimeoutException("the broker does not answer").initCause(ex);
		}
	}

}
