package dev.tallygate.messaging;

import dev.tallygate.events.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Copies kept dead letters to {@code <topic>-dlt}, with headers {@code dlt-reason},
 * {@code dlt-topic}, {@code dlt-partition}, {@code dlt-offset} and {@code dlt-group}. At
 * least once.
 */
final class DeadLetterForwarder extends BackgroundLoop {

	private static final Duration RETRY_DELAY = Duration.ofMillis(200);

	private static final Duration POLL = Duration.ofSeconds(10);

	private static final int BATCH = 50;

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final Supplier<Producer<byte[], byte[]>> producers;

	DeadLetterForwarder(JdbcClient jdbc, TransactionTemplate transaction,
			Supplier<Producer<byte[], byte[]>> producers) {
		super("dead-letters", RETRY_DELAY, POLL);
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.producers = producers;
	}

	@Override
	protected void work() throws InterruptedException {
		try (Producer<byte[], byte[]> producer = this.producers.get()) {
			while (isRunning()) {
				int forwarded = forward(producer);
				succeeded();
				if (forwarded < BATCH) {
					pause(POLL);
				}
			}
		}
	}

	private int forward(Producer<byte[], byte[]> producer) {
		Integer forwarded = this.transaction.execute((status) -> {
			List<Kept> kept = this.jdbc.sql("""
					SELECT id, consumer_group, topic, partition, record_offset, record_key, value, reason
					FROM dead_letter WHERE forwarded_at IS NULL ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED""")
				.param(BATCH)
				.query(Kept.class)
				.list()
				.stream()
				.<Kept>map(Objects::requireNonNull)
				.toList();
			send(producer, kept);
			for (Kept each : kept) {
				this.jdbc.sql("UPDATE dead_letter SET forwarded_at = now() WHERE id = ?").param(each.id()).update();
			}
			return kept.size();
		});
		return (forwarded != null) ? forwarded : 0;
	}

	private static void send(Producer<byte[], byte[]> producer, List<Kept> kept) {
		List<Future<RecordMetadata>> answers = new ArrayList<>();
		for (Kept each : kept) {
			answers.add(producer.send(each.toRecord()));
		}
		producer.flush();
		for (Future<RecordMetadata> answer : answers) {
			try {
				answer.get();
			}
			catch (ExecutionException ex) {
				throw new KafkaException("not acknowledged", ex.getCause());
			}
			catch (InterruptedException ex) {
				throw new org.apache.kafka.common.errors.InterruptException(ex);
			}
		}
	}

	// Bytes are compared nowhere.
	@SuppressWarnings("ArrayRecordComponent")
	record Kept(long id, String consumerGroup, String topic, int partition, long recordOffset,
			byte @Nullable [] recordKey, byte @Nullable [] value, String reason) {

		ProducerRecord<byte[], byte[]> toRecord() {
			@SuppressWarnings("NullAway") // Kafka takes null keys and values.
			ProducerRecord<byte[], byte[]> copy = new ProducerRecord<>(Topics.deadLetter(this.topic), this.recordKey,
					this.value);
			header(copy, "dlt-reason", this.reason);
			header(copy, "dlt-topic", this.topic);
			header(copy, "dlt-partition", String.valueOf(this.partition));
			header(copy, "dlt-offset", String.valueOf(this.recordOffset));
			header(copy, "dlt-group", this.consumerGroup);
			return copy;
		}

		private static void header(ProducerRecord<byte[], byte[]> copy, String name, String value) {
			copy.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
		}

	}

}
