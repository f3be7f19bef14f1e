package dev.tallygate.messaging;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.BatchPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Publishes events exactly when the caller's transaction commits: they wait in a table of
 * the same database until the broker has acknowledged them. Events of one key arrive in
 * the order in which they were appended, as long as the transactions that append to a key
 * lock something in common first, such as the key's own row. After a failure some may
 * arrive again, still in order.
 */
public final class Outbox {

	private static final String INSERT = "INSERT INTO outbox (topic, record_key, value) VALUES (?, ?, ?)";

	private final JdbcTemplate jdbc;

	private final Runnable wakeSender;

	Outbox(JdbcTemplate jdbc, Runnable wakeSender) {
		this.jdbc = jdbc;
		this.wakeSender = wakeSender;
	}

	/**
	 * Appends an event.
	 * @param topic one of {@link dev.tallygate.events.Topics}
	 * @param key the record key
	 * @param event what to publish
	 * @throws IllegalStateException outside of a transaction
	 */
	public void append(String topic, String key, CloudEvent<?> event) {
		append(List.of(new Entry(topic, key, EventCodec.encode(event))));
	}

	/**
	 * Appends a tombstone, which removes the key from a compacted topic.
	 * @param topic one of {@link dev.tallygate.events.Topics}
	 * @param key the record key
	 * @throws IllegalStateException outside of a transaction
	 */
	public void appendTombstone(String topic, String key) {
		append(List.of(new Entry(topic, key, null)));
	}

	/**
	 * Appends many events of a topic in one round trip, in their order.
	 * @param topic one of {@link dev.tallygate.events.Topics}
	 * @param events what to publish, with their record keys
	 * @throws IllegalStateException outside of a transaction
	 */
	public void appendAll(String topic, List<Keyed> events) {
		append(events.stream()
			.map((keyed) -> new Entry(topic, keyed.key(), EventCodec.encode(keyed.event())))
			.toList());
	}

	private void append(List<Entry> entries) {
		if (!TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new IllegalStateException("the outbox needs the transaction of what it tells about");
		}
		this.jdbc.batchUpdate(INSERT, new Inserts(entries));
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				Outbox.this.wakeSender.run();
			}

		});
	}

	/**
	 * An event and its record key.
	 *
	 * @param key the record key
	 * @param event what to publish
	 */
	public record Keyed(String key, CloudEvent<?> event) {

	}

	// Bytes are compared nowhere.
	@SuppressWarnings("ArrayRecordComponent")
	private record Entry(String topic, String key, byte @Nullable [] value) {

	}

	private record Inserts(List<Entry> entries) implements BatchPreparedStatementSetter {

		@Override
		public void setValues(PreparedStatement statement, int index) throws SQLException {
			Entry entry = this.entries.get(index);
			statement.setString(1, entry.topic());
			statement.setString(2, entry.key());
			if (entry.value() != null) {
				statement.setBytes(3, entry.value());
			}
			else {
				statement.setNull(3, Types.BINARY);
			}
		}

		@Override
		public int getBatchSize() {
			return this.entries.size();
		}

	}

}
