package dev.tallygate.system;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.UndecodableEventException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what comes to a topic after it is opened, of one user.
 */
final class TopicTail implements AutoCloseable {

	private final KafkaConsumer<byte[], byte[]> consumer;

	private final String user;

	private final List<Seen> seen = new ArrayList<>();

	TopicTail(String kafka, String topic, String user) {
		this.consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", kafka), new ByteArrayDeserializer(),
				new ByteArrayDeserializer());
		List<TopicPartition> partitions = this.consumer.partitionsFor(topic)
			.stream()
			.map((partition) -> new TopicPartition(topic, partition.partition()))
			.toList();
		this.consumer.assign(partitions);
		this.consumer.seekToEnd(partitions);
		partitions.forEach(this.consumer::position);
		this.user = user;
	}

	/**
	 * An event as it lies in Kafka.
	 *
	 * @param timestamp when it was given to Kafka, in milliseconds since 1970
	 */
	record Seen(long timestamp, CloudEvent<?> event) {

	}

	/** Everything seen up to now, in order of arrival. */
	List<Seen> poll() {
		for (ConsumerRecord<byte[], byte[]> record : this.consumer.poll(Duration.ofMillis(100))) {
			if (record.value() != null) {
				take(record);
			}
		}
		return List.copyOf(this.seen);
	}

	private void take(ConsumerRecord<byte[], byte[]> record) {
		try {
			CloudEvent<?> event = EventCodec.decode(record.value());
			if (event.data().userId().toString().equals(this.user)) {
				this.seen.add(new Seen(record.timestamp(), event));
			}
		}
		catch (UndecodableEventException ex) {
			throw new AssertionError("an event that nobody can read is in " + record.topic(), ex);
		}
	}

	@Override
	public void close() {
		this.consumer.close();
	}

}
