package dev.tallygate.keys.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;

/**
 * How often each caller may do something within a period, which begins with the first
 * time. Nobody waits. Who has not come for a whole period may do all of it again and so
 * is forgotten.
 */
public final class CallerLimit {

	private final RateLimiterConfig config;

	private final Cache<String, RateLimiter> callers;

	/**
	 * A limit for each caller.
	 * @param times how often each may do it in a period, at least 1
	 * @param period how long that is
	 * @param maxCallers how many callers are remembered
	 */
	public CallerLimit(int times, Duration period, int maxCallers) {
		this.config = RateLimiterConfig.custom()
			.limitForPeriod(times)
			.limitRefreshPeriod(period)
			.timeoutDuration(Duration.ZERO)
			.build();
		this.callers = Caffeine.newBuilder().maximumSize(maxCallers).expireAfterAccess(period).build();
	}

	/**
	 * Whether the caller may do it once more; it then counts as done.
	 */
	public boolean admits(String caller) {
		return this.callers.get(caller, (name) -> RateLimiter.of(name, this.config)).acquirePermission();
	}

}
