package dev.tallygate.security.problem;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a database that cannot be reached or does not let the service in, by the
 * <a href="https://www.postgresql.org/docs/18/errcodes-appendix.html">SQLSTATE</a>.
 */
class DatabaseFailureAnalyzer extends AbstractFailureAnalyzer<SQLException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
		String state = String.valueOf(cause.getSQLState());
		if (state.startsWith("08")) {
			return new FailureAnalysis("The database cannot be reached.",
					"Start PostgreSQL, or correct SPRING_DATASOURCE_URL.", cause);
		}
		if (state.startsWith("28")) {
			return new FailureAnalysis("The database refuses the user or its password.",
					"Correct SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD.", cause);
		}
		if (state.equals("3D000")) {
			return new FailureAnalysis("The database does not exist.", "Create it, or correct SPRING_DATASOURCE_URL.",
					cause);
		}
		return null;
	}

}
