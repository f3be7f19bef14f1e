package dev.tallygate.metering.rerating;

import dev.tallygate.messaging.BackgroundLoop;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Works off the jobs, whichever instance opened them. A job that cannot go on is ended
 * with its reason; the others go on.
 */
@Component
class RerateRunner extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(RerateRunner.class);

	private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

	private static final Duration MAX_RETRY_DELAY = Duration.ofSeconds(30);

	private static final Duration POLL = Duration.ofMillis(500);

	private final RerateJobs jobs;

	RerateRunner(RerateJobs jobs) {
		super("rerating", RETRY_DELAY, MAX_RETRY_DELAY);
		this.jobs = jobs;
	}

	@Override
	protected void work() throws InterruptedException {
		while (isRunning()) {
			boolean more = false;
			for (UUID job : this.jobs.open()) {
				more |= step(job);
			}
			succeeded();
			if (!more) {
				pause(POLL);
			}
		}
	}

	private boolean step(UUID job) {
		try {
			return this.jobs.step(job);
		}
		catch (RuntimeException ex) {
			if (isInfrastructure(ex)) {
				throw ex;
			}
			logger.error("Re-rating {} has failed", job, ex);
			this.jobs.fail(job, "could not go on: " + ex.getClass().getSimpleName());
			return true;
		}
	}

	private static boolean isInfrastructure(RuntimeException ex) {
		return ex instanceof TransactionException
				|| (ex instanceof DataAccessException && !(ex instanceof DataIntegrityViolationException));
	}

}
