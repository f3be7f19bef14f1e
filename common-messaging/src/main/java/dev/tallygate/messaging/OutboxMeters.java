package dev.tallygate.messaging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/**
 * What the outbox tells: {@code tallygate.outbox.sent}, {@code tallygate.outbox.depth}
 * (rows waiting) and {@code tallygate.outbox.oldest.age} (seconds).
 */
final class OutboxMeters {

	private static final long INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

	private final Counter sent;

	private volatile long depth;

	private volatile double oldestAgeSeconds;

	private long measuredAt = System.nanoTime() - INTERVAL_NANOS;

	OutboxMeters(MeterRegistry registry) {
		this.sent = Counter.builder("tallygate.outbox.sent")
			.description("events the broker has acknowledged")
			.register(registry);
		Gauge.builder("tallygate.outbox.depth", this, (meters) -> meters.depth)
			.description("events that wait for the broker")
			.register(registry);
		Gauge.builder("tallygate.outbox.oldest.age", this, (meters) -> meters.oldestAgeSeconds)
			.description("how long the oldest of them has waited")
			.baseUnit("seconds")
			.register(registry);
	}

	void sent(int events) {
		this.sent.increment(events);
	}

	/** Whether it is time to count again. */
	boolean due() {
		return System.nanoTime() - this.measuredAt >= INTERVAL_NANOS;
	}

	void waiting(long events, double oldestAge) {
		this.measuredAt = System.nanoTime();
		this.depth = events;
		this.oldestAgeSeconds = oldestAge;
	}

}
