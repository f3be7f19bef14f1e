package dev.tallygate.gateway.access;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again at the keys of running streams every few seconds, for the event that never
 * came. The look goes through the cache, so it costs key-service no more than a caller
 * that calls again and again.
 */
final class Rechecks implements AutoCloseable {

	private static final Logger LOG = LoggerFactory.getLogger(Rechecks.class);

	private final Duration every;

	private final Runnable recheck;

	private final Thread thread;

	private volatile boolean closed;

	Rechecks(Duration every, Runnable recheck) {
		this.every = every;
		this.recheck = recheck;
		this.thread = Thread.ofVirtual().name("recheck-keys").start(this::run);
	}

	private void run() {
		LockSupport.parkNanos(this.every.toNanos());
		while (!this.closed) {
			recheck();
			LockSupport.parkNanos(this.every.toNanos());
		}
	}

	private void recheck() {
		try {
			this.recheck.run();
		}
		catch (RuntimeException ex) {
			if (!this.closed) {
				LOG.error("The keys of running streams could not be looked at: {}", ex.getClass().getName());
			}
		}
	}

	@Override
	public void close() {
		this.closed = true;
		LockSupport.unpark(this.thread);
	}

}
