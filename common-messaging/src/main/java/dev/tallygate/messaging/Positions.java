package dev.tallygate.messaging;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * How far a consumer group has come in a topic, as its database knows it. A partition
 * without a row stands at 0.
 */
final class Positions {

	private static final String ADD = """
			INSERT INTO intake_position (consumer_group, topic, partition, next_offset)
			SELECT ?, ?, p, 0 FROM unnest(?) AS p ORDER BY p ON CONFLICT DO NOTHING""";

	private static final String LOCK = """
			SELECT partition, next_offset, last_time FROM intake_position
			WHERE consumer_group = ? AND topic = ? AND partition = ANY (?) ORDER BY partition FOR UPDATE""";

	private static final String READ = """
			SELECT partition, next_offset, last_time FROM intake_position
			WHERE consumer_group = ? AND topic = ? AND partition = ANY (?)""";

	private static final String MOVE = """
			UPDATE intake_position p SET next_offset = v.next_offset, last_time = v.last_time, moved_at = now()
			FROM unnest(?, ?, ?) AS v (partition, next_offset, last_time)
			WHERE p.consumer_group = ? AND p.topic = ? AND p.partition = v.partition""";

	private final JdbcTemplate jdbc;

	private final String group;

	private final String topic;

	Positions(JdbcTemplate jdbc, String group, String topic) {
		this.jdbc = jdbc;
		this.group = group;
		this.topic = topic;
	}

	/** Where partitions stand, without a lock. */
	Map<Integer, Position> read(Collection<Integer> partitions) {
		return execute((connection) -> select(connection, READ, partitions));
	}

	/**
	 * Where partitions stand, locked until the end of the transaction: of two consumers
	 * that believe to own a partition, the second one sees what the first has done.
	 */
	Map<Integer, Position> lock(Collection<Integer> partitions) {
		return execute((connection) -> {
			Map<Integer, Position> locked = select(connection, LOCK, partitions);
			if (locked.size() == partitions.size()) {
				return locked;
			}
			add(connection, partitions);
			return select(connection, LOCK, partitions);
		});
	}

	/** Moves locked positions. */
	void move(Map<Integer, Position> next) {
		Object[] offsets = next.values().stream().map(Position::next).toArray();
		@Nullable Object[] times = next.values().stream().map(Position::lastTime).toArray();
		execute((connection) -> {
			try (PreparedStatement update = connection.prepareStatement(MOVE)) {
				update.setArray(1, connection.createArrayOf("int", next.keySet().toArray()));
				update.setArray(2, connection.createArrayOf("bigint", offsets));
				update.setArray(3, connection.createArrayOf("bigint", times));
				update.setString(4, this.group);
				update.setString(5, this.topic);
				return update.executeUpdate();
			}
		});
	}

	/** Back to the beginning, unless somebody has moved the position meanwhile. */
	void restart(int partition, long from) {
		this.jdbc.update("""
				UPDATE intake_position SET next_offset = 0, moved_at = now()
				WHERE consumer_group = ? AND topic = ? AND partition = ? AND next_offset = ?""", this.group, this.topic,
				partition, from);
	}

	private Map<Integer, Position> select(Connection connection, String sql, Collection<Integer> partitions)
			throws SQLException {
		try (PreparedStatement select = connection.prepareStatement(sql)) {
			select.setString(1, this.group);
			select.setString(2, this.topic);
			select.setArray(3, array(connection, partitions));
			Map<Integer, Position> positions = new HashMap<>();
			try (var result = select.executeQuery()) {
				while (result.next()) {
					positions.put(result.getInt(1), new Position(result.getLong(2), (Long) result.getObject(3)));
				}
			}
			return positions;
		}
	}

	private void add(Connection connection, Collection<Integer> partitions) throws SQLException {
		try (PreparedStatement insert = connection.prepareStatement(ADD)) {
			insert.setString(1, this.group);
			insert.setString(2, this.topic);
			insert.setArray(3, array(connection, partitions));
			insert.executeUpdate();
		}
	}

	private static Array array(Connection connection, Collection<Integer> partitions) throws SQLException {
		return connection.createArrayOf("int", new TreeSet<>(partitions).toArray());
	}

	private <T> T execute(ConnectionCallback<T> callback) {
		T result = this.jdbc.execute(callback);
		if (result == null) {
			throw new IllegalStateException("no result");
		}
		return result;
	}

	/**
	 * Where a partition stands.
	 *
	 * @param next the offset that follows what was taken in
	 * @param lastTime the highest time of a record taken in; null when not known
	 */
	record Position(long next, @Nullable Long lastTime) {

		static final Position START = new Position(0, null);

		/**
		 * Whether the record was not taken in yet: it is beyond what was, or later than
		 * all of it. Then its broker has lost the end of its log, and gives the offsets
		 * again.
		 */
		boolean isBefore(ConsumerRecord<?, ?> entry) {
			return entry.offset() >= this.next || (this.lastTime != null && entry.timestamp() > this.lastTime);
		}

		/**
		 * After some records, in order.
		 * @param end the offset after the last one that was read
		 * @param taken those of them that were taken in
		 */
		Position after(long end, List<? extends ConsumerRecord<?, ?>> taken) {
			boolean givenAgain = !taken.isEmpty() && taken.getFirst().offset() < this.next;
			Long time = this.lastTime;
			for (ConsumerRecord<?, ?> each : taken) {
				if (each.timestamp() >= 0 && (time == null || each.timestamp() > time)) {
					time = each.timestamp();
				}
			}
			return new Position(givenAgain ? end : Math.max(this.next, end), time);
		}

	}

}
