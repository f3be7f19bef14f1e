package dev.tallygate.security.problem;

import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * A database that does not answer is not the caller's fault and may be over soon: 503,
 * never 500.
 */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class DatabaseProblemAdvice {

	private static final Logger logger = LoggerFactory.getLogger(DatabaseProblemAdvice.class);

	/** "Program limit exceeded" is about what was asked, and stays so. */
	private static final String LIMIT_EXCEEDED = "54";

	@ExceptionHandler({ CannotCreateTransactionException.class, TransactionSystemException.class,
			TransactionTimedOutException.class, DataAccessResourceFailureException.class,
			RecoverableDataAccessException.class, TransientDataAccessException.class })
	ResponseEntity<Object> unavailable(Exception ex) {
		if (isLimit(ex)) {
			logger.error("unexpected {}", Failures.describe(ex));
			return Problem.INTERNAL_ERROR.response(new HttpHeaders());
		}
		logger.warn("The database does not answer: {}", ex.getClass().getSimpleName());
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.RETRY_AFTER, "2");
		return Problem.DATABASE_UNAVAILABLE.response(headers);
	}

	private static boolean isLimit(Exception ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sql && String.valueOf(sql.getSQLState()).startsWith(LIMIT_EXCEEDED)) {
				return true;
			}
		}
		return false;
	}

}
