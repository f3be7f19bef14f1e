package dev.tallygate.gateway.spool;

import dev.tallygate.messaging.BackgroundLoop;
import java.io.IOException;
import java.time.Duration;

/**
 * Does what the spool needs done regularly, on a thread of its own.
 */
final class SpoolUpkeep extends BackgroundLoop {

	private static final Duration TICK = Duration.ofMillis(100);

	/** A disk that has room again should not be waited for long. */
	private static final Duration MOST_PAUSE = Duration.ofMillis(500);

	private final Spool spool;

	private final long fsyncNanos;

	private final long checkpointNanos;

	private long forcedAt = System.nanoTime();

	private long checkpointedAt = System.nanoTime();

	SpoolUpkeep(Spool spool, SpoolProperties properties) {
		super("spool-upkeep", TICK, MOST_PAUSE);
		this.spool = spool;
		this.fsyncNanos = properties.fsyncInterval().toNanos();
		this.checkpointNanos = properties.checkpointInterval().toNanos();
	}

	/** Together with the books, which it must not outlive. */
	@Override
	public boolean isAutoStartup() {
		return false;
	}

	@Override
	protected void work() throws IOException, InterruptedException {
		while (isRunning()) {
			pause(TICK);
			tick();
			succeeded();
		}
	}

	private void tick() throws IOException {
		long now = System.nanoTime();
		this.spool.retryHeld();
		if (now - this.checkpointedAt >= this.checkpointNanos) {
			this.checkpointedAt = now;
			this.spool.checkpoint();
		}
		if (now - this.forcedAt >= this.fsyncNanos) {
			this.forcedAt = now;
			this.spool.force();
		}
		this.spool.tidy();
	}

}
