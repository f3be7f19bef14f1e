package dev.tallygate.gateway.provider;

import dev.tallygate.messaging.BackgroundLoop;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that looks at everything that has a deadline, ten times a second. A timed
 * read costs a virtual thread a timer per read, which measured half as much again as the
 * whole relay of a chunk; here a read costs one store.
 */
public final class Watch extends BackgroundLoop implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Watch.class);

	private static final Duration TICK = Duration.ofMillis(100);

	/** Later than this no tick is because the machine is busy. */
	private static final long LATE_NANOS = Duration.ofSeconds(1).toNanos();

	/** Is looked at at every tick; must not block. */
	@FunctionalInterface
	public interface Watched {

		/**
		 * Looks whether its time is over.
		 * @param nanos the time, on the scale of {@link System#nanoTime()}
		 */
		void check(long nanos);

		/**
		 * Nothing ran here for a while, be it for lack of memory or because the process
		 * was stopped, and nobody must be blamed for that time.
		 * @param nanos how long
		 */
		default void delayed(long nanos) {
			// who counts no time of others
		}

	}

	private final Set<Watched> watched = ConcurrentHashMap.newKeySet();

	private volatile long now = System.nanoTime();

	/** Looks at nothing before it is started. */
	public Watch() {
		super("watch", TICK, TICK);
	}

	/**
	 * The time at the last tick, at most about 100 ms ago unless the machine is stuck.
	 */
	public long now() {
		return this.now;
	}

	/** From now on this is looked at. */
	public void add(Watched one) {
		this.watched.add(one);
	}

	/** From now on this is not looked at any more. */
	public void remove(Watched one) {
		this.watched.remove(one);
	}

	@Override
	protected void work() throws InterruptedException {
		while (isRunning()) {
			pause(TICK);
			tick(System.nanoTime());
		}
	}

	/** Looks at everything, once. */
	void tick(long time) {
		long late = time - this.now - TICK.toNanos();
		this.now = time;
		if (late > LATE_NANOS) {
			this.watched.forEach((one) -> one.delayed(late));
		}
		for (Watched one : this.watched) {
			check(one, time);
		}
	}

	private static void check(Watched one, long time) {
		try {
			one.check(time);
		}
		catch (RuntimeException | Error ex) {
			logger.error("Could not check a deadline", ex);
		}
	}

	@Override
	public void close() {
		stop();
	}

}
