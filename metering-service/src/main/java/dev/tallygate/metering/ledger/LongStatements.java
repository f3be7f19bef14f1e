package dev.tallygate.metering.ledger;

import java.sql.Connection;
import java.time.Duration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Statements in the background that may take longer than those of a request.
 */
public final class LongStatements {

	private LongStatements() {
	}

	/**
	 * Lets each of this transaction's statements take so long; the pool takes the
	 * connection back as it was.
	 */
	public static void allow(JdbcTemplate connections, Duration longest) {
		int millis = Math.toIntExact(longest.toMillis());
		connections.execute("SET LOCAL statement_timeout = '" + millis + "ms'");
		connections.execute((Connection connection) -> {
			connection.setNetworkTimeout(Runnable::run, millis);
			return true;
		});
	}

}
