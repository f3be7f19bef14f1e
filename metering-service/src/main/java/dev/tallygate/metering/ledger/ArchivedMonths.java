package dev.tallygate.metering.ledger;

import dev.tallygate.security.problem.ProblemException;
import java.time.YearMonth;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which months have left the ledger for a file. Their sums answer as before; what needs
 * each call must say so rather than show nothing.
 */
@Component
public class ArchivedMonths {

	private final JdbcClient jdbc;

	ArchivedMonths(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Nothing, when each call of the month is here.
	 * @throws ProblemException a 409 when they have left, or are about to
	 */
	public void requireKept(YearMonth month) {
		if (isAny("month = DATE '" + month.atDay(1) + "'")) {
			throw new ProblemException(HttpStatus.CONFLICT, "month_archived", "The calls of " + month
					+ " have been archived: its sums are here, each call is in the file that GET /api/usage/archives names.");
		}
	}

	/** Whether any month has left, or is about to. */
	boolean isAny() {
		return isAny("true");
	}

	private boolean isAny(String condition) {
		return this.jdbc.sql("SELECT EXISTS (SELECT FROM ledger_archive WHERE state <> 'failed' AND " + condition + ")")
			.query(Boolean.class)
			.single();
	}

}
