package dev.tallygate.gateway.spool;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.SourceClosed;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.Admission;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the spool's threads before the first call and stops them after the last. An
 * orderly stop ends with the source marked as closed; one that leaves calls open or
 * events unsent does not, and the next start goes on from there.
 */
final class Bookkeeping implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Bookkeeping.class);

	private static final Duration FOR_OPEN_CALLS = Duration.ofSeconds(2);

	private static final Duration FOR_THE_LAST_EVENT = Duration.ofSeconds(2);

	private static final Duration FOR_BUDGET_SERVICE = Duration.ofSeconds(2);

	private final SpooledCalls calls;

	private final Admission admission;

	private final Spool spool;

	private final UsageSender sender;

	private final SpoolUpkeep upkeep;

	private final Duration stopTimeout;

	private final Clock clock;

	private volatile boolean running;

	Bookkeeping(SpooledCalls calls, Admission admission, Spool spool, UsageSender sender, SpoolUpkeep upkeep,
			Duration stopTimeout, Clock clock) {
		this.calls = calls;
		this.admission = admission;
		this.spool = spool;
		this.sender = sender;
		this.upkeep = upkeep;
		this.stopTimeout = stopTimeout;
		this.clock = clock;
	}

	@Override
	public void start() {
		this.running = true;
		this.sender.start();
		this.upkeep.start();
	}

	@Override
	public void stop() {
		if (!this.running) {
			return;
		}
		this.running = false;
		this.calls.stopBeginning();
		boolean ended = awaitOpenCalls();
		if (this.sender.drain(this.stopTimeout) && ended) {
			closeSource();
			awaitBudgetService();
		}
		this.sender.stop();
		this.upkeep.stop();
		leave();
	}

	private boolean awaitOpenCalls() {
		if (await(() -> this.spool.openCalls().isEmpty(), FOR_OPEN_CALLS)) {
			return true;
		}
		logger.warn("{} calls are still open; the next start settles them as abandoned", this.spool.openCalls().size());
		return false;
	}

	/** What it has counted is not needed here, by whatever version starts next. */
	private void awaitBudgetService() {
		await(() -> !this.admission.isAboutToBeCounted(), FOR_BUDGET_SERVICE);
	}

	private static boolean await(BooleanSupplier condition, Duration most) {
		long deadline = System.nanoTime() + most.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > deadline) {
				return false;
			}
			try {
				Thread.sleep(20);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		}
		return true;
	}

	private void closeSource() {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		this.spool.note(CloudEvent.of(UuidV7.next(), this.spool.source(), now,
				new SourceClosed(this.spool.state().lastSeq(), now)));
		this.sender.drain(FOR_THE_LAST_EVENT);
	}

	/**
	 * The spool itself is closed last of all, when the budgets' snapshot says what was
	 * counted.
	 */
	private void leave() {
		long unsent = this.spool.state().depth();
		if (unsent > 0) {
			logger.warn("{} usage events are not in Kafka yet; they stay in the spool and are sent at the next start",
					unsent);
		}
		try {
			this.spool.force();
		}
		catch (IOException ex) {
			logger.error("The usage spool could not be forced to the disk", ex);
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** After the readers of topics; the web server starts later and stops earlier. */
	@Override
	public int getPhase() {
		return 100;
	}

}
