package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Holds a running service to waiting for its database no longer than it says.
 */
public final class DatabaseLimits {

	private static final Duration LONGEST = Duration.ofSeconds(60);

	private DatabaseLimits() {
	}

	/**
	 * Statements and locks have limits of the server's, and what the server does not end
	 * the socket does, later.
	 */
	public static void check(DataSource dataSource) throws SQLException {
		Duration statement = setting(dataSource, "statement_timeout");
		Duration lock = setting(dataSource, "lock_timeout");
		assertThat(lock).isBetween(Duration.ofMillis(1), statement);
		try (Connection connection = dataSource.getConnection()) {
			assertThat(Duration.ofMillis(connection.getNetworkTimeout())).isBetween(statement.plusSeconds(1), LONGEST);
		}
		assertThat(isEndedByItself(dataSource)).isTrue();
	}

	private static Duration setting(DataSource dataSource, String name) {
		Integer millis = new JdbcTemplate(dataSource)
			.queryForObject("SELECT setting FROM pg_settings WHERE name = '" + name + "'", Integer.class);
		return Duration.ofMillis((millis != null) ? millis : 0);
	}

	/** A lock that another transaction holds is not waited for without end. */
	private static boolean isEndedByItself(DataSource dataSource) throws SQLException {
		try (Connection holder = dataSource.getConnection();
				Statement hold = holder.createStatement();
				Connection waiter = dataSource.getConnection();
				Statement wait = waiter.createStatement()) {
			hold.execute("SELECT pg_advisory_lock(4711)");
			try {
				wait.execute("SELECT pg_advisory_lock(4711)");
				return false;
			}
			catch (SQLException ex) {
				return "55P03".equals(ex.getSQLState());
			}
			finally {
				hold.execute("SELECT pg_advisory_unlock_all()");
			}
		}
	}

}
