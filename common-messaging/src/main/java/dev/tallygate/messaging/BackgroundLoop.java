package dev.tallygate.messaging;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * A service's work that goes on beside its requests, on one thread of its own: begun
 * again after every failure, an {@link Error} included, with growing pauses, until it is
 * stopped; then it has a few seconds to finish what it is doing. Every loop that is a
 * bean is watched ({@link BackgroundLoops}): how often it failed, and whether its thread
 * is still there. The log tells the first failure of a row and then a reminder now and
 * then, for what is away is often away for long; the metric counts them all.
 */
public abstract class BackgroundLoop implements SmartLifecycle {

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration REMINDER = Duration.ofMinutes(5);

	private final Logger logger = LoggerFactory.getLogger(getClass());

	private final String name;

	private final ExponentialBackOff pauses;

	private BackOffExecution nextPauses;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private boolean woken;

	private final LongAdder failures = new LongAdder();

	private final FailureLog failureLog = new FailureLog(REMINDER);

	private volatile boolean running;

	private volatile @Nullable Thread thread;

	/**
	 * A loop that does not run yet.
	 * @param name of the thread and in the log
	 * @param retryDelay pause after a first failure; doubles up to {@code maxRetryDelay}
	 * @param maxRetryDelay the longest pause after a failure
	 */
	protected BackgroundLoop(String name, Duration retryDelay, Duration maxRetryDelay) {
		this.name = name;
		this.pauses = new ExponentialBackOff(retryDelay.toMillis(), 2);
		this.pauses.setMaxInterval(maxRetryDelay.toMillis());
		this.nextPauses = this.pauses.start();
	}

	/**
	 * Works until {@link #isRunning()} says no more. What it throws is logged, and it is
	 * called again after a pause.
	 * @throws InterruptedException when it was stopped and did not end in time
	 */
	protected abstract void work() throws Exception;

	/** What must be done before its thread is there; whoever starts it waits for it. */
	protected void starting() {
	}

	/**
	 * Called when it has been told to stop, to end a wait that {@link #pause} is no part
	 * of.
	 */
	protected void stopping() {
	}

	/** Its thread has ended, or was given up: what is left to be done. */
	protected void stopped() {
	}

	/** Ends a wait that knows interrupts only; for {@link #stopping()}. */
	protected final void interrupt() {
		Thread worker = this.thread;
		if (worker != null) {
			worker.interrupt();
		}
	}

	/** The name of the thread, in the log and in the metrics. */
	public final String name() {
		return this.name;
	}

	/** How often {@link #work} has thrown, or said that something failed. */
	public final long failures() {
		return this.failures.sum();
	}

	/** Whether it should work and no thread is left to do it. */
	public final boolean isDead() {
		Thread worker = this.thread;
		return this.running && worker != null && !worker.isAlive();
	}

	/** There is something to do: ends the {@link #pause}, or the next one. */
	public final void wake() {
		this.lock.lock();
		try {
			this.woken = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Waits until woken or stopped, or that long. */
	protected final void pause(Duration most) throws InterruptedException {
		await(most, true);
	}

	/**
	 * Waits after a failure, longer each time; being woken does not end it, for what
	 * wakes may be what fails.
	 */
	protected final void backOff() throws InterruptedException {
		await(Duration.ofMillis(this.nextPauses.nextBackOff()), false);
	}

	/** Something worked: the next failure is a first one. */
	protected final void succeeded() {
		this.nextPauses = this.pauses.start();
		long failed = this.failureLog.succeeded();
		if (failed > 0) {
			this.logger.info("{} works again after {} failures", this.name, failed);
		}
	}

	/**
	 * Something failed that the rest of the work does not wait for: counted and logged
	 * like what {@link #work} throws.
	 */
	protected final void failed(Throwable failure) {
		this.failures.increment();
		if (this.failureLog.isWorthSaying(failure)) {
			this.logger.warn("{} waits: {}", this.name, failure.toString());
		}
	}

	private void await(Duration most, boolean wakeable) throws InterruptedException {
		long nanos = most.toNanos();
		this.lock.lock();
		try {
			while (this.running && !(wakeable && this.woken) && nanos > 0) {
				nanos = this.changed.awaitNanos(nanos);
			}
			if (wakeable) {
				this.woken = false;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public final synchronized void start() {
		if (!this.running) {
			starting();
			this.running = true;
			this.thread = Thread.ofPlatform().daemon().name(this.name).start(this::run);
		}
	}

	/** Waits for what is being done, within a time limit. */
	@Override
	public final synchronized void stop() {
		if (!this.running) {
			return;
		}
		this.running = false;
		wake();
		stopping();
		Thread worker = this.thread;
		this.thread = null;
		if (worker != null && !worker.equals(Thread.currentThread())) {
			end(worker);
		}
		stopped();
	}

	private static void end(Thread worker) {
		try {
			if (!worker.join(STOP_TIMEOUT)) {
				worker.interrupt();
			}
		}
		catch (InterruptedException ex) {
			worker.interrupt();
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public final boolean isRunning() {
		return this.running;
	}

	/** Stops after the listeners and the web server, whose work it carries on. */
	@Override
	public int getPhase() {
		return 0;
	}

	private void run() {
		while (this.running) {
			try {
				workOnce();
			}
			catch (InterruptedException ex) {
				// Stopped, or a stray interrupt; the loop's condition decides.
			}
		}
	}

	// Whatever it was, an Error too: work that ended here would be missed by nobody.
	private void workOnce() throws InterruptedException {
		try {
			work();
		}
		catch (InterruptedException | org.apache.kafka.common.errors.InterruptException ex) {
			Thread.interrupted();
			throw new InterruptedException();
		}
		catch (Throwable ex) {
			failed(ex);
			backOff();
		}
	}

}
