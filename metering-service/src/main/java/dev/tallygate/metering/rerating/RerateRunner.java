package dev.tallygate.metering.rerating;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Works off the jobs, whichever instance opened them.
 */
@Component
class RerateRunner {

	private static final Log logger = LogFactory.getLog(RerateRunner.class);

	private final RerateJobs jobs;

	RerateRunner(RerateJobs jobs) {
		this.jobs = jobs;
	}

	@Scheduled(fixedDelayString = "PT0.5S")
	void run() {
		try {
			boolean more = true;
			while (more) {
				more = this.jobs.step();
			}
		}
		catch (DataAccessException | TransactionException ex) {
			logger.warn("Re-rating waits: " + ex.getClass().getSimpleName());
		}
	}

}
