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
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Copies kept dead letters to {@code <topic>-dlt}, with headers {@code dlt-reason},
 * {@code dlt-topic}, {@code dlt-partition}, {@code dlt-offset} and {@code dlt-group}; one
 * that became too large with them goes without key and value and says so in
 * {@code dlt-left-out-bytes}. At least once.
 */
final class DeadLetterForwarder extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(DeadLetterForwarder.class);

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
				Round round = forward(producer);
				if (round.acknowledged() < round.kept()) {
					backOff();
					continue;
				}
				succeeded();
				if (round.kept() < BATCH) {
					pause(POLL);
				}
			}
		}
	}

	/** What is not acknowledged stays for the next round and keeps no other back. */
	private Round forward(Producer<byte[], byte[]> producer) {
		Round round = this.transaction.execute((status) -> {
			List<Kept> kept = this.jdbc.sql("""
					SELECT id, consumer_group, topic, partition, record_offset, record_key, value, reason
					FROM dead_letter WHERE forwarded_at IS NULL ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED""")
				.param(BATCH)
				.query(Kept.class)
				.list()
				.stream()
				.<Kept>map(Objects::requireNonNull)
				.toList();
			List<Kept> acknowledged = send(producer, kept);
			for (Kept each : acknowledged) {
				this.jdbc.sql("UPDATE dead_letter SET forwarded_at = now() WHERE id = ?").param(each.id()).update();
			}
			return new Round(kept.size(), acknowledged.size());
		});
		return (round != null) ? round : new Round(0, 0);
	}

	/**
	 * Sends all of them. With its headers a letter may be larger than the record was that
	 * just fitted: it then goes without key and value, which the table still has.
	 * @return those that the broker has acknowledged
	 */
	private List<Kept> send(Producer<byte[], byte[]> producer, List<Kept> kept) {
		List<Future<RecordMetadata>> answers = kept.stream().map((each) -> producer.send(each.toRecord())).toList();
		producer.flush();
		List<Kept> acknowledged = new ArrayList<>();
		List<Kept> tooLarge = new ArrayList<>();
		for (int i = 0; i < answers.size(); i++) {
			switch (answerOf(answers.get(i))) {
				case null -> acknowledged.add(kept.get(i));
				case RecordTooLargeException _ -> tooLarge.add(kept.get(i));
				case Throwable cause -> logger.warn("A dead letter was not acknowledged: {}", cause.toString());
			}
		}
		for (Kept each : tooLarge) {
			Future<RecordMetadata> answer = producer.send(each.withoutContent());
			producer.flush();
			if (answerOf(answer) == null) {
				acknowledged.add(each);
			}
		}
		return acknowledged;
	}

	/** Why the broker has not acknowledged; null when it has. */
	private static @Nullable Throwable answerOf(Future<RecordMetadata> answer) {
		try {
			answer.get();
			return null;
		}
		catch (ExecutionException ex) {
			return (ex.getCause() != null) ? ex.getCause() : ex;
		}
		catch (InterruptedException ex) {
			throw new org.apache.kafka.common.errors.InterruptException(ex);
		}
	}

	private record Round(int kept, int acknowledged) {

	}

	// Bytes are compared nowhere.
	@SuppressWarnings("ArrayRecordComponent")
	record Kept(long id, String consumerGroup, String topic, int partition, long recordOffset,
			byte @Nullable [] recordKey, byte @Nullable [] value, String reason) {

		ProducerRecord<byte[], byte[]> toRecord() {
			return copy(this.recordKey, this.value);
		}

		/** The same without key and value; the table still has them. */
		ProducerRecord<byte[], byte[]> withoutContent() {
			ProducerRecord<byte[], byte[]> copy = copy(null, null);
			header(copy, "dlt-left-out-bytes", String.valueOf((this.value != null) ? this.value.length : 0));
			return copy;
		}

		private ProducerRecord<byte[], byte[]> copy(byte @Nullable [] key, byte @Nullable [] content) {
			@SuppressWarnings("NullAway") // Kafka takes null keys and values.
			ProducerRecord<byte[], byte[]> copy = new ProducerRecord<>(Topics.deadLetter(this.topic), key, content);
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
