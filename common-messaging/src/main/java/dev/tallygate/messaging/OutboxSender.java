package dev.tallygate.messaging;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the outbox to the broker. One sender at a time per database, by a session-level
 * advisory lock on the connection it also reads and deletes with: a sender that has lost
 * its lock cannot delete either. A row is deleted after the broker has acknowledged it
 * and everything before it of the same key.
 */
final class OutboxSender extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(OutboxSender.class);

	/** "tallygate outbox", the name of the advisory lock. */
	private static final long LOCK = 0x7A11_6A7E_0000_0001L;

	private static final Duration STANDBY = Duration.ofSeconds(1);

	private static final int DATABASE_TIMEOUT_MILLIS = 15_000;

	private static final String SELECT = "SELECT id, topic, record_key, value FROM outbox ORDER BY id LIMIT ?";

	private final DataSource dataSource;

	private final Supplier<Producer<String, byte[]>> producers;

	private final MessagingProperties.Outbox properties;

	private final OutboxMeters meters;

	OutboxSender(DataSource dataSource, Supplier<Producer<String, byte[]>> producers,
			MessagingProperties.Outbox properties, OutboxMeters meters) {
		super("outbox-sender", properties.retryDelay(), properties.maxRetryDelay());
		this.dataSource = dataSource;
		this.producers = producers;
		this.properties = properties;
		this.meters = meters;
	}

	@Override
	protected void work() throws SQLException, InterruptedException {
		try (Producer<String, byte[]> producer = this.producers.get()) {
			while (isRunning()) {
				sendWhileLocked(producer);
			}
		}
	}

	private void sendWhileLocked(Producer<String, byte[]> producer) throws SQLException, InterruptedException {
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setNetworkTimeout(Runnable::run, DATABASE_TIMEOUT_MILLIS);
			connection.setAutoCommit(true);
			if (!lock(connection, "SELECT pg_try_advisory_lock(" + LOCK + ")")) {
				measure(connection);
				pause(STANDBY);
				return;
			}
			try {
				sendUntilStopped(connection, producer);
			}
			finally {
				lock(connection, "SELECT pg_advisory_unlock(" + LOCK + ")");
			}
		}
	}

	/** Sends what is left, as far as that works, after having been stopped. */
	private void sendUntilStopped(Connection connection, Producer<String, byte[]> producer)
			throws SQLException, InterruptedException {
		while (true) {
			boolean last = !isRunning();
			List<Row> rows = read(connection);
			List<Long> acknowledged = send(producer, rows);
			delete(connection, acknowledged);
			this.meters.sent(acknowledged.size());
			if (acknowledged.size() < rows.size()) {
				measure(connection);
				if (acknowledged.isEmpty()) {
					// A producer that has failed for good, such as for a right that was
					// missing for a moment, takes nothing ever again.
					throw new KafkaException("no event of the outbox was acknowledged");
				}
				backOff();
			}
			else {
				succeeded();
				if (rows.size() < this.properties.batchSize()) {
					measure(connection);
					pause(this.properties.pollInterval());
				}
			}
			if (last) {
				return;
			}
		}
	}

	private List<Row> read(Connection connection) throws SQLException {
		try (PreparedStatement select = connection.prepareStatement(SELECT)) {
			select.setInt(1, this.properties.batchSize());
			List<Row> rows = new ArrayList<>();
			try (ResultSet result = select.executeQuery()) {
				while (result.next()) {
					rows.add(new Row(result.getLong(1), result.getString(2), result.getString(3), result.getBytes(4)));
				}
			}
			return rows;
		}
	}

	/**
	 * Sends all rows and tells which may be deleted. After one that failed, later ones of
	 * its key must be sent again, though they may have arrived: otherwise the failed one
	 * would come after them for good.
	 */
	private static List<Long> send(Producer<String, byte[]> producer, List<Row> rows) throws InterruptedException {
		List<Future<RecordMetadata>> answers = new ArrayList<>(rows.size());
		for (Row row : rows) {
			answers.add(producer.send(row.toRecord()));
		}
		producer.flush();
		List<Long> acknowledged = new ArrayList<>(rows.size());
		Set<String> failedKeys = new HashSet<>();
		for (int i = 0; i < rows.size(); i++) {
			Row row = rows.get(i);
			if (!acknowledged(answers.get(i))) {
				failedKeys.add(row.orderedBy());
			}
			else if (!failedKeys.contains(row.orderedBy())) {
				acknowledged.add(row.id());
			}
		}
		return acknowledged;
	}

	private static boolean acknowledged(Future<RecordMetadata> answer) throws InterruptedException {
		try {
			answer.get();
			return true;
		}
		catch (ExecutionException ex) {
			logger.warn("An event of the outbox was not acknowledged: {}", String.valueOf(ex.getCause()));
			return false;
		}
	}

	private static void delete(Connection connection, List<Long> ids) throws SQLException {
		if (ids.isEmpty()) {
			return;
		}
		try (PreparedStatement delete = connection.prepareStatement("DELETE FROM outbox WHERE id = ANY (?)")) {
			delete.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
			delete.executeUpdate();
		}
	}

	private void measure(Connection connection) throws SQLException {
		if (!this.meters.due()) {
			return;
		}
		try (Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(
						"SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM outbox")) {
			result.next();
			this.meters.waiting(result.getLong(1), result.getDouble(2));
		}
	}

	private static boolean lock(Connection connection, String function) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(function)) {
			return result.next() && result.getBoolean(1);
		}
	}

	// Bytes are compared nowhere.
	@SuppressWarnings("ArrayRecordComponent")
	private record Row(long id, String topic, String key, byte @Nullable [] value) {

		ProducerRecord<String, byte[]> toRecord() {
			return Records.of(this.topic, this.key, this.value);
		}

		String orderedBy() {
			return this.topic + '\n' + this.key;
		}

	}

}
