package dev.tallygate.gateway.admission;

import dev.tallygate.messaging.BackgroundLoop;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the snapshot before anything is read from Kafka, writes it now and then, and lets
 * go of holds that leaked.
 */
final class AdmissionUpkeep extends BackgroundLoop {

	private static final Logger log = LoggerFactory.getLogger(AdmissionUpkeep.class);

	/** The spool keeps every call that no snapshot covers, so one comes soon. */
	private static final Duration SOON = Duration.ofSeconds(1);

	/**
	 * Where thousands of users have called it is much to write: a twentieth of the time.
	 */
	private static final int REST = 20;

	private final Admission admission;

	private final BudgetSnapshot snapshot;

	private final Duration interval;

	private volatile boolean fromSnapshot;

	AdmissionUpkeep(Admission admission, BudgetSnapshot snapshot, Duration interval) {
		super("admission-upkeep", interval, interval);
		this.admission = admission;
		this.snapshot = snapshot;
		this.interval = interval;
	}

	/** Whether this process began with what an earlier one knew. */
	boolean startedFromSnapshot() {
		return this.fromSnapshot;
	}

	@Override
	protected void starting() {
		this.fromSnapshot = this.snapshot.load();
	}

	@Override
	protected void work() throws IOException, InterruptedException {
		long restNanos = 0;
		while (isRunning()) {
			pause(Duration.ofNanos(Math.min(this.interval.toNanos(), Math.max(SOON.toNanos(), restNanos))));
			if (isRunning()) {
				long began = System.nanoTime();
				this.admission.expire();
				this.snapshot.save();
				succeeded();
				restNanos = REST * (System.nanoTime() - began);
			}
		}
	}

	@Override
	protected void stopped() {
		try {
			this.snapshot.save();
		}
		catch (IOException | RuntimeException ex) {
			log.warn("The snapshot of budgets could not be written: {}", ex.toString());
		}
	}

	/** Before the readers of topics, after them at the end. */
	@Override
	public int getPhase() {
		return -1;
	}

}
