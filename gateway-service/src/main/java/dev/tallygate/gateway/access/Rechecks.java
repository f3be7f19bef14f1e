package dev.tallygate.gateway.access;

import dev.tallygate.messaging.BackgroundLoop;
import java.time.Duration;

/**
 * Looks again at the keys of running streams every few seconds, for the event that never
 * came. The look goes through the cache, so it costs key-service no more than a caller
 * that calls again and again.
 */
final class Rechecks extends BackgroundLoop {

	private final Duration every;

	private final Runnable recheck;

	Rechecks(Duration every, Runnable recheck) {
		super("recheck-keys", every, every);
		this.every = every;
		this.recheck = recheck;
	}

	@Override
	protected void work() throws InterruptedException {
		while (isRunning()) {
			pause(this.every);
			if (isRunning()) {
				this.recheck.run();
				succeeded();
			}
		}
	}

}
