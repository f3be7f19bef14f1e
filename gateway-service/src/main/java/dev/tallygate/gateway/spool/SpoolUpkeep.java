package dev.tallygate.gateway.spool;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the spool needs done regularly, on a thread of its own.
 */
final class SpoolUpkeep {

	private static final Logger log = LoggerFactory.getLogger(SpoolUpkeep.class);

	private static final Duration TICK = Duration.ofMillis(100);

	private static final long LOG_INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

	private final Spool spool;

	private final long fsyncNanos;

	private final long checkpointNanos;

	private final Thread thread;

	private volatile boolean running = true;

	private long forcedAt = System.nanoTime();

	private long checkpointedAt = System.nanoTime();

	private long loggedAt = System.nanoTime() - LOG_INTERVAL_NANOS;

	SpoolUpkeep(Spool spool, SpoolProperties properties) {
		this.spool = spool;
		this.fsyncNanos = properties.fsyncInterval().toNanos();
		this.checkpointNanos = properties.checkpointInterval().toNanos();
		this.thread = Thread.ofPlatform().daemon().name("spool-upkeep").unstarted(this::run);
	}

	void start() {
		this.thread.start();
	}

	void stop() {
		this.running = false;
		this.thread.interrupt();
		try {
			this.thread.join(Duration.ofSeconds(5));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		while (this.running) {
			try {
				Thread.sleep(TICK);
				tick();
			}
			catch (InterruptedException ex) {
				// Stopping; the loop's condition decides.
			}
			catch (IOException | RuntimeException ex) {
				failed(ex);
			}
		}
	}

	/** A full disk fails ten times a second; once a minute is said. */
	private void failed(Exception ex) {
		long now = System.nanoTime();
		if (now - this.loggedAt >= LOG_INTERVAL_NANOS) {
			this.loggedAt = now;
			log.error("The upkeep of the usage spool failed and is tried again", ex);
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
