package dev.tallygate.budgets.status;

import dev.tallygate.events.EventCodec;
import dev.tallygate.events.Topics;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.stereotype.Component;

/**
 * The compacted topic of statuses.
 */
@Component
class StatusTopic {

	private static final byte[] CONTENT_TYPE = EventCodec.CONTENT_TYPE.getBytes(StandardCharsets.UTF_8);

	private static final int DELIVERY_TIMEOUT_MILLIS = 10_000;

	private static final int REQUEST_TIMEOUT_MILLIS = 5_000;

	private final KafkaProperties kafka;

	StatusTopic(KafkaProperties kafka) {
		this.kafka = kafka;
	}

	/**
	 * A producer that sends at once and gives up soon: what it gives up is sent anew from
	 * the latest state.
	 */
	Producer<String, byte[]> producer() {
		Map<String, Object> settings = new HashMap<>(this.kafka.buildProducerProperties());
		settings.put(ProducerConfig.ACKS_CONFIG, "all");
		// One at a time: a broker that does not know this producer yet takes any sequence
		// number as its first, so a second batch could overtake a first that is retried.
		settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
		settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
		settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
		settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
		settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
		return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
	}

	/**
	 * The end offset of each partition.
	 * @throws KafkaException when the broker does not answer or has no such topic yet
	 */
	Map<Integer, Long> ends() throws InterruptedException {
		try (Admin admin = Admin.create(this.kafka.buildAdminProperties())) {
			Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
			for (TopicDescription topic : admin.describeTopics(List.of(Topics.BUDGET_STATUS))
				.allTopicNames()
				.get()
				.values()) {
				topic.partitions()
					.forEach((partition) -> wanted.put(new TopicPartition(Topics.BUDGET_STATUS, partition.partition()),
							OffsetSpec.latest()));
			}
			Map<Integer, Long> ends = new HashMap<>();
			for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : admin.listOffsets(wanted)
				.all()
				.get()
				.entrySet()) {
				ends.put(end.getKey().partition(), end.getValue().offset());
			}
			return ends;
		}
		catch (ExecutionException ex) {
			throw new KafkaException("the end of " + Topics.BUDGET_STATUS + " is not known", ex.getCause());
		}
	}

	static ProducerRecord<String, byte[]> toRecord(@Nullable Integer partition, String key, byte[] value) {
		@SuppressWarnings("NullAway") // Without a partition the key decides.
		ProducerRecord<String, byte[]> toSend = new ProducerRecord<>(Topics.BUDGET_STATUS, partition, key, value);
		toSend.headers().add("content-type", CONTENT_TYPE);
		return toSend;
	}

}
