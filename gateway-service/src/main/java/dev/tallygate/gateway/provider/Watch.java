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

	/** Is looked at at every tick; must not block. */
	@FunctionalInterface
	public interface Watched {

		/**
		 * Looks whether its time is over.
		 * @param nanos the time, on the scale of {@link System#nanoTime()}
		 */
		void check(long nanos);

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
			long time = System.nanoTime();
			this.now = time;
			for (Watched one : this.watched) {
				check(one, time);
			}
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
