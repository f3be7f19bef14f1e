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
		while (isRunning()) {
			pause(this.interval);
			if (isRunning()) {
				this.admission.expire();
				this.snapshot.save();
				succeeded();
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
