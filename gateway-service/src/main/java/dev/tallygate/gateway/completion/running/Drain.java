package dev.tallygate.gateway.completion.running;

import dev.tallygate.gateway.completion.OpenRequests;
import dev.tallygate.gateway.completion.answer.Errors;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Stops the gateway without cutting what ends in time: whatever is asked is answered for
 * a while, and calls that are left a moment before the end are told so and closed in the
 * books, while the web server still can.
 */
final class Drain implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Drain.class);

	private static final Duration LAST_WORDS = Duration.ofSeconds(2);

	private static final long POLL_NANOS = 20_000_000L;

	private final OpenRequests requests;

	private final RunningCalls calls;

	private final Duration limit;

	private volatile boolean running;

	Drain(OpenRequests requests, RunningCalls calls, Duration limit) {
		this.requests = requests;
		this.calls = calls;
		this.limit = limit;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		throw new UnsupportedOperationException("stops with a callback");
	}

	/** Does not hold up the web server, which refuses new connections meanwhile. */
	@Override
	public void stop(Runnable callback) {
		this.running = false;
		Thread.ofPlatform().name("drain").start(() -> {
			try {
				drain();
			}
			finally {
				callback.run();
			}
		});
	}

	private void drain() {
		long end = System.nanoTime() + this.limit.minus(LAST_WORDS).toNanos();
		while (this.requests.count() > 0 && System.nanoTime() - end < 0) {
			LockSupport.parkNanos(POLL_NANOS);
		}
		int left = this.requests.count();
		if (left > 0) {
			logger.warn("{} requests were still open when the time to stop was over; they are cut", left);
			this.calls.cutAll(Errors.STOPPING);
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Together with the web server's own graceful end, so that both wait at once. */
	@Override
	public int getPhase() {
		return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
	}

}
