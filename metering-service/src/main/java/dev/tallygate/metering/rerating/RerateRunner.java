package dev.tallygate.metering.rerating;

import dev.tallygate.messaging.BackgroundLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Works off the jobs, whichever instance opened them. A job that cannot go on is ended
 * with its reason, one whose step the database has failed is tried again after a pause of
 * its own; the others go on.
 */
@Component
class RerateRunner extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(RerateRunner.class);

	private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

	private static final Duration MAX_RETRY_DELAY = Duration.ofSeconds(30);

	private static final Duration POLL = Duration.ofMillis(500);

	private final RerateJobs jobs;

	private final ExponentialBackOff pauses = new ExponentialBackOff(RETRY_DELAY.toMillis(), 2);

	/** Jobs whose last step has failed. */
	private final Map<UUID, PutOff> putOff = new HashMap<>();

	RerateRunner(RerateJobs jobs) {
		super("rerating", RETRY_DELAY, MAX_RETRY_DELAY);
		this.jobs = jobs;
		this.pauses.setMaxInterval(MAX_RETRY_DELAY.toMillis());
	}

	@Override
	protected void work() throws InterruptedException {
		while (isRunning()) {
			// Where the database is away, this throws, and all of them wait.
			List<UUID> open = this.jobs.open();
			this.putOff.keySet().retainAll(open);
			boolean more = false;
			for (UUID job : open) {
				more |= isRunning() && !isPutOff(job) && step(job);
			}
			if (this.putOff.isEmpty()) {
				succeeded();
			}
			if (!more) {
				pause(POLL);
			}
		}
	}

	private boolean isPutOff(UUID job) {
		PutOff last = this.putOff.get(job);
		return last != null && System.nanoTime() - last.until() < 0;
	}

	private boolean step(UUID job) {
		try {
			boolean more = this.jobs.step(job);
			this.putOff.remove(job);
			return more;
		}
		catch (RuntimeException ex) {
			if (isInfrastructure(ex)) {
				failed(ex);
				PutOff last = this.putOff.get(job);
				this.putOff.put(job, PutOff.next((last != null) ? last.pauses() : this.pauses.start()));
				return false;
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

	/**
	 * When a job is tried again.
	 *
	 * @param pauses how long the next pauses are
	 * @param until by {@link System#nanoTime()}
	 */
	private record PutOff(BackOffExecution pauses, long until) {

		static PutOff next(BackOffExecution pauses) {
			return new PutOff(pauses, System.nanoTime() + Duration.ofMillis(pauses.nextBackOff()).toNanos());
		}

	}

}
