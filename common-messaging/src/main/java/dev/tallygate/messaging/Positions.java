package dev.tallygate.messaging;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
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
			SELECT partition, next_offset FROM intake_position
			WHERE consumer_group = ? AND topic = ? AND partition = ANY (?) ORDER BY partition FOR UPDATE""";

	private static final String READ = """
			SELECT partition, next_offset FROM intake_position
			WHERE consumer_group = ? AND topic = ? AND partition = ANY (?)""";

	private static final String MOVE = """
			UPDATE intake_position p SET next_offset = v.next_offset, moved_at = now()
			FROM unnest(?, ?) AS v (partition, next_offset)
			WHERE p.consumer_group = ? AND p.topic = ? AND p.partition = v.partition""";

	private final JdbcTemplate jdbc;

	private final String group;

	private final String topic;

	Positions(JdbcTemplate jdbc, String group, String topic) {
		this.jdbc = jdbc;
		this.group = group;
		this.topic = topic;
	}

	/** The next offsets, without a lock. */
	Map<Integer, Long> read(Collection<Integer> partitions) {
		return execute((connection) -> select(connection, READ, partitions));
	}

	/**
	 * The next offsets, locked until the end of the transaction: of two consumers that
	 * believe to own a partition, the second one sees what the first has done.
	 */
	Map<Integer, Long> lock(Collection<Integer> partitions) {
		return execute((connection) -> {
			Map<Integer, Long> locked = select(connection, LOCK, partitions);
			if (locked.size() == partitions.size()) {
				return locked;
			}
			add(connection, partitions);
			return select(connection, LOCK, partitions);
		});
	}

	/** Moves locked positions. */
	void move(Map<Integer, Long> next) {
		execute((connection) -> {
			try (PreparedStatement update = connection.prepareStatement(MOVE)) {
				update.setArray(1, connection.createArrayOf("int", next.keySet().toArray()));
				update.setArray(2, connection.createArrayOf("bigint", next.values().toArray()));
				update.setString(3, this.group);
				update.setString(4, this.topic);
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

	private Map<Integer, Long> select(Connection connection, String sql, Collection<Integer> partitions)
			throws SQLException {
		try (PreparedStatement select = connection.prepareStatement(sql)) {
			select.setString(1, this.group);
			select.setString(2, this.topic);
			select.setArray(3, array(connection, partitions));
			Map<Integer, Long> offsets = new HashMap<>();
			try (var result = select.executeQuery()) {
				while (result.next()) {
					offsets.put(result.getInt(1), result.getLong(2));
				}
			}
			return offsets;
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

}
