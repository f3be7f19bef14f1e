package dev.tallygate.messaging;

import dev.tallygate.events.EventCodec;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Kafka records of encoded events.
 */
final class Records {

	private static final byte[] CONTENT_TYPE = EventCodec.CONTENT_TYPE.getBytes(StandardCharsets.UTF_8);

	private Records() {
	}

	static ProducerRecord<String, byte[]> of(String topic, String key, byte @Nullable [] value) {
		@SuppressWarnings("NullAway") // A null value is Kafka's tombstone.
		ProducerRecord<String, byte[]> producerRecord = new ProducerRecord<>(topic, key, value);
		if (value != null) {
			producerRecord.headers().add("content-type", CONTENT_TYPE);
		}
		return producerRecord;
	}

}
