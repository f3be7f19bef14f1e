package dev.tallygate.gateway.admission;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Loads the snapshot before anything is read from Kafka, writes it now and then, and lets
 * go of holds that leaked.
 */
final class AdmissionUpkeep implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(AdmissionUpkeep.class);

	private final Admission admission;

	private final BudgetSnapshot snapshot;

	private final Duration interval;

	private volatile boolean fromSnapshot;

	private @Nullable Thread thread;

	AdmissionUpkeep(Admission admission, BudgetSnapshot snapshot, Duration interval) {
		this.admission = admission;
		this.snapshot = snapshot;
		this.interval = interval;
	}

	/** Whether this process began with what an earlier one knew. */
	boolean startedFromSnapshot() {
		return this.fromSnapshot;
	}

	@Override
	public synchronized void start() {
		this.fromSnapshot = this.snapshot.load();
		this.thread = Thread.ofVirtual().name("admission-upkeep").start(this::run);
	}

	private void run() {
		try {
			while (true) {
				Thread.sleep(this.interval);
				this.admission.expire();
				save();
			}
		}
		catch (InterruptedException ex) {
			// Stopped.
		}
	}

	private void save() {
		try {
			this.snapshot.save();
		}
		catch (IOException | RuntimeException ex) {
			log.warn("The snapshot of budgets could not be written: {}", ex.toString());
		}
	}

	@Override
	public synchronized void stop() {
		if (this.thread != null) {
			this.thread.interrupt();
			this.thread = null;
			save();
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.thread != null;
	}

	/** Before the readers of topics, after them at the end. */
	@Override
	public int getPhase() {
		return -1;
	}

}
