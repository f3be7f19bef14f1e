package dev.tallygate.gateway.admission;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * When budget-service last gave a sign of life, per partition of its topic. Measured by a
 * clock that never jumps.
 */
final class Freshness {

	/** Asks whether any partition gives signs of life. */
	static final int ANY = -1;

	private final ConcurrentHashMap<Integer, Long> lastSign = new ConcurrentHashMap<>();

	private final LongSupplier nanoTime;

	private final long staleAfter;

	Freshness(Duration staleAfter, LongSupplier nanoTime) {
		this.staleAfter = staleAfter.toNanos();
		this.nanoTime = nanoTime;
	}

	/**
	 * Notes a sign of life that was given at {@code at}. Clocks differ, so that one of a
	 * few seconds ago is taken as of now.
	 */
	void sign(int partition, Instant at, Instant now) {
		long age = Math.max(0, Duration.between(at, now).toNanos());
		long tolerated = Math.max(0, age - Duration.ofSeconds(5).toNanos());
		long given = this.nanoTime.getAsLong() - tolerated;
		this.lastSign.merge(partition, given, Freshness::later);
		this.lastSign.merge(ANY, given, Freshness::later);
	}

	/** By the clock that never jumps. */
	long now() {
		return this.nanoTime.getAsLong();
	}

	/** Whether all partitions that ever gave signs of life have given one since. */
	boolean isHeardSince(long time) {
		return !this.lastSign.isEmpty() && this.lastSign.values().stream().allMatch((last) -> last - time >= 0);
	}

	private static Long later(Long left, Long right) {
		return (left - right > 0) ? left : right;
	}

	/**
	 * Whether what a status of this partition says may be old; {@link #ANY} asks for any.
	 */
	boolean isStale(int partition) {
		Long last = this.lastSign.get(partition);
		return last == null || this.nanoTime.getAsLong() - last > this.staleAfter;
	}

}
