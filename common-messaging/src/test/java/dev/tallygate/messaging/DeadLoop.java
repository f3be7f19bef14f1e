package dev.tallygate.messaging;

import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * Work whose thread has ended though nobody stopped it, for tests of what then is said.
 */
public final class DeadLoop extends BackgroundLoop implements AutoCloseable {

	private DeadLoop() {
		super("dead-loop", Duration.ofMillis(1), Duration.ofMillis(1));
	}

	/** One that is watched like a service's own; it is forgiven when closed. */
	public static DeadLoop among(BackgroundLoops loops) {
		DeadLoop loop = new DeadLoop();
		loops.watch(loop);
		loop.start();
		Awaitility.await().dontCatchUncaughtExceptions().until(loop::isDead);
		return loop;
	}

	@Override
	protected void work() {
		// Even to log this one fails.
		throw new IllegalStateException() {

			@Override
			public String getMessage() {
				throw new IllegalStateException("no words");
			}

		};
	}

	@Override
	public void close() {
		stop();
	}

}
