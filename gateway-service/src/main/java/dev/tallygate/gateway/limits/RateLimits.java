package dev.tallygate.gateway.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.limits.RateLimitProperties.PerMinute;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests and tokens a minute, per user and per key.
 */
public final class RateLimits {

	/** A bucket that nobody used for so long is full, and so need not be remembered. */
	private static final Duration FULL_AFTER = Duration.ofMinutes(2);

	private final RateLimitProperties properties;

	private final LongSupplier nanos;

	private final Cache<Object, Buckets> known;

	public RateLimits(RateLimitProperties properties) {
		this(properties, System::nanoTime);
	}

	RateLimits(RateLimitProperties properties, LongSupplier nanos) {
		this.properties = properties;
		this.nanos = nanos;
		this.known = Caffeine.newBuilder()
			.maximumSize(properties.maxBuckets())
			.expireAfterAccess(FULL_AFTER)
			.ticker(nanos::getAsLong)
			// Waking another thread costs more than what there is to tidy up.
			.executor(Runnable::run)
			.build();
	}

	/**
	 * Takes one request and so many tokens, from the user's and the key's buckets or from
	 * none.
	 * @param key null for a caller with a JWT
	 * @param tokens about how many the call needs
	 */
	public RateOutcome ask(UserId user, @Nullable ApiKeyId key, long tokens) {
		return ask(user, key, OptionalLong.of(tokens));
	}

	/**
	 * Takes one request that has no tokens, which it gets however they stand.
	 * @param key null for a caller with a JWT
	 */
	public RateOutcome ask(UserId user, @Nullable ApiKeyId key) {
		return ask(user, key, OptionalLong.empty());
	}

	private RateOutcome ask(UserId user, @Nullable ApiKeyId key, OptionalLong tokens) {
		List<Buckets> all = of(user, key);
		if (all.isEmpty()) {
			return new RateOutcome.Granted(null, null);
		}
		long now = this.nanos.getAsLong();
		all.forEach((buckets) -> buckets.lock.lock());
		try {
			Shortage shortage = new Shortage("", "", 0);
			for (Buckets buckets : all) {
				shortage = shortage.orWorse(buckets.shortage(tokens, now));
			}
			if (shortage.nanos() == 0) {
				all.forEach((buckets) -> buckets.take(1, tokens.orElse(0), now));
			}
			Allowance requests = tightest(all, false, now);
			Allowance left = tightest(all, true, now);
			return (shortage.nanos() == 0) ? new RateOutcome.Granted(requests, left) : new RateOutcome.Exceeded(
					shortage.scope(), shortage.what(), Duration.ofNanos(shortage.nanos()), requests, left);
		}
		finally {
			all.forEach((buckets) -> buckets.lock.unlock());
		}
	}

	/**
	 * A call has ended that used so many tokens more than it had taken, or less.
	 */
	public void used(UserId user, @Nullable ApiKeyId key, long moreTokens) {
		long now = this.nanos.getAsLong();
		for (Buckets buckets : of(user, key)) {
			buckets.lock.lock();
			try {
				buckets.take(0, moreTokens, now);
			}
			finally {
				buckets.lock.unlock();
			}
		}
	}

	/** The user's before the key's, so that no two calls wait for each other. */
	private List<Buckets> of(UserId user, @Nullable ApiKeyId key) {
		List<Buckets> all = new ArrayList<>(2);
		add(all, user, "user", this.properties.user());
		if (key != null) {
			add(all, key, "key", this.properties.key());
		}
		return all;
	}

	private void add(List<Buckets> all, Object whose, String scope, PerMinute limits) {
		if (limits.requests() > 0 || limits.tokens() > 0) {
			all.add(this.known.get(whose, (id) -> new Buckets(scope, limits, this.nanos.getAsLong())));
		}
	}

	private static @Nullable Allowance tightest(List<Buckets> all, boolean ofTokens, long now) {
		Allowance tightest = null;
		for (Buckets buckets : all) {
			Bucket bucket = ofTokens ? buckets.tokens : buckets.requests;
			if (bucket != null) {
				Allowance allowance = bucket.allowance(now);
				tightest = (tightest != null) ? tightest.tighter(allowance) : allowance;
			}
		}
		return tightest;
	}

	private record Shortage(String scope, String what, long nanos) {

		Shortage orWorse(Shortage other) {
			return (other.nanos > this.nanos) ? other : this;
		}

	}

	/** What one user or key has. */
	private static final class Buckets {

		private final ReentrantLock lock = new ReentrantLock();

		private final String scope;

		private final @Nullable Bucket requests;

		private final @Nullable Bucket tokens;

		Buckets(String scope, PerMinute limits, long now) {
			this.scope = scope;
			this.requests = (limits.requests() > 0) ? new Bucket(limits.requests(), now) : null;
			this.tokens = (limits.tokens() > 0) ? new Bucket(limits.tokens(), now) : null;
		}

		Shortage shortage(OptionalLong wanted, long now) {
			long forRequest = (this.requests != null) ? this.requests.nanosUntil(1, now) : 0;
			long forTokens = (this.tokens != null && wanted.isPresent())
					? this.tokens.nanosUntil(wanted.getAsLong(), now) : 0;
			return new Shortage(this.scope, "requests", forRequest)
				.orWorse(new Shortage(this.scope, "tokens", forTokens));
		}

		void take(long calls, long wanted, long now) {
			if (this.requests != null) {
				this.requests.take(calls, now);
			}
			if (this.tokens != null) {
				this.tokens.take(wanted, now);
			}
		}

	}

}
