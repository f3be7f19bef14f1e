package dev.tallygate.gateway.limits;

import java.time.Duration;

/**
 * Fills evenly, a minute's worth in a minute, and holds no more than that. It may be in
 * debt. For one thread at a time.
 */
final class Bucket {

	private static final double NANOS_PER_MINUTE = 60e9;

	private final long capacity;

	private double held;

	private long at;

	Bucket(long perMinute, long now) {
		this.capacity = perMinute;
		this.held = (double) perMinute;
		this.at = now;
	}

	private void fill(long now) {
		double more = (double) (now - this.at) * ((double) this.capacity / NANOS_PER_MINUTE);
		this.held = Math.min((double) this.capacity, this.held + Math.max(0, more));
		this.at = now;
	}

	/** In how many nanoseconds so much is there; 0 when it is now. */
	long nanosUntil(long wanted, long now) {
		fill(now);
		double missing = (double) Math.min(wanted, this.capacity) - this.held;
		return (missing <= 0) ? 0 : (long) Math.ceil(missing * (NANOS_PER_MINUTE / (double) this.capacity));
	}

	/** Takes so much, or gives it back where it is negative. */
	void take(long count, long now) {
		fill(now);
		this.held = Math.min((double) this.capacity, this.held - (double) count);
	}

	Allowance allowance(long now) {
		return new Allowance(this.capacity, Math.max(0, (long) this.held),
				Duration.ofNanos(nanosUntil(this.capacity, now)));
	}

}
