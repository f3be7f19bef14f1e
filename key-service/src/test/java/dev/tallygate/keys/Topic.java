package dev.tallygate.keys;

import dev.tallygate.messaging.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * All that a topic holds.
 */
final class Topic {

	private Topic() {
	}

	/** Keys and values as text, tombstones as {@code key=null}. */
	static List<String> values(String topic) {
		return values(EmbeddedKafka.shared(), topic);
	}

	static List<String> values(EmbeddedKafka kafka, String topic) {
		Map<String, Object> config = kafka.clientProperties();
		List<String> values = new ArrayList<>();
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = consumer.partitionsFor(topic)
				.stream()
				.map((info) -> new TopicPartition(info.topic(), info.partition()))
				.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
			while (partitions.stream().anyMatch((each) -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
				consumer.poll(Duration.ofMillis(100))
					.forEach((each) -> values.add(new String(each.key(), StandardCharsets.UTF_8) + "="
							+ ((each.value() != null) ? new String(each.value(), StandardCharsets.UTF_8) : "null")));
			}
		}
		return values;
	}

}
