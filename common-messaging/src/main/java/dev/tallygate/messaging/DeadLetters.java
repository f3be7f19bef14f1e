package dev.tallygate.messaging;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Keeps what could not be read, in the transaction that moves past it.
 */
final class DeadLetters {

	private static final String INSERT = """
			INSERT INTO dead_letter (consumer_group, topic, partition, record_offset, record_key, value, reason)
			VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";

	private final JdbcTemplate jdbc;

	private final String group;

	DeadLetters(JdbcTemplate jdbc, String group) {
		this.jdbc = jdbc;
		this.group = group;
	}

	void keep(List<DeadLetter> letters) {
		if (letters.isEmpty()) {
			return;
		}
		this.jdbc.batchUpdate(INSERT, letters, letters.size(), (insert, letter) -> {
			ConsumerRecord<byte[], byte[]> poison = letter.poison();
			insert.setString(1, this.group);
			insert.setString(2, poison.topic());
			insert.setInt(3, poison.partition());
			insert.setLong(4, poison.offset());
			insert.setBytes(5, poison.key());
			insert.setBytes(6, poison.value());
			insert.setString(7, letter.reason());
		});
	}

	/**
	 * A record that is moved past.
	 *
	 * @param poison the record
	 * @param reason why, safe to log
	 */
	record DeadLetter(ConsumerRecord<byte[], byte[]> poison, String reason) {

	}

}
