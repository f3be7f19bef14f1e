package dev.tallygate.security.caller;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.IntrospectionOutcome.Active;
import dev.tallygate.security.caller.IntrospectionOutcome.Inactive;
import dev.tallygate.security.caller.IntrospectionOutcome.Unavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for a short while who presents which token. Entries live absolutely, never
 * past the token's own end, and use does not prolong them. One look-up per token is under
 * way at a time, and one that began before an invalidation it might have missed is not
 * remembered. A hit costs one SHA-256 and one map access; no lock.
 */
public final class CachedIntrospection implements Introspection {

	private static final Inactive INACTIVE = new Inactive();

	private static final Unavailable UNAVAILABLE = new Unavailable();

	/** Beyond this many invalidations of single ids the log is folded into one of all. */
	private static final int MAX_LOGGED_INVALIDATIONS = 10_000;

	private final Introspection source;

	private final IntrospectionProperties limits;

	private final Clock clock;

	private final Cache<TokenDigest, IntrospectionOutcome> cache;

	private final Map<TokenDigest, CompletableFuture<IntrospectionOutcome>> inFlight = new ConcurrentHashMap<>();

	private final Semaphore loads;

	/** Guards everything below, and the order of storing and invalidating. */
	private final ReentrantLock lock = new ReentrantLock();

	private final Map<UUID, Long> invalidatedAt = new HashMap<>();

	private long generation;

	private long allInvalidatedAt;

	public CachedIntrospection(Introspection source, IntrospectionProperties limits) {
		this(source, limits, Clock.systemUTC(), Ticker.systemTicker());
	}

	CachedIntrospection(Introspection source, IntrospectionProperties limits, Clock clock, Ticker ticker) {
		this.source = source;
		this.limits = limits;
		this.clock = clock;
		this.loads = new Semaphore(limits.maxConcurrentLoads());
		this.cache = Caffeine.newBuilder()
			.maximumSize(limits.maxEntries())
			.ticker(ticker)
			.executor(Runnable::run)
			.expireAfter(Expiry.<TokenDigest, IntrospectionOutcome>writing((digest, outcome) -> lifeOf(outcome)))
			.build();
	}

	@Override
	public IntrospectionOutcome introspect(String token) {
		if (!ApiKeyFormat.isWorthLookingUp(token)) {
			return INACTIVE;
		}
		TokenDigest digest = TokenDigest.of(token);
		IntrospectionOutcome hit = hit(digest);
		return (hit != null) ? hit : load(digest, token);
	}

	/**
	 * Forgets an API key, and keeps look-ups under way from bringing it back.
	 */
	public void invalidate(ApiKeyId key) {
		invalidate(key.value(), (caller) -> key.equals(caller.apiKeyId()));
	}

	/**
	 * Forgets every token of a user.
	 */
	public void invalidateUser(UserId user) {
		invalidate(user.value(), (caller) -> user.equals(caller.userId()));
	}

	/**
	 * Forgets everything.
	 */
	public void invalidateAll() {
		this.lock.lock();
		try {
			foldLog();
			this.inFlight.clear();
			this.cache.invalidateAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void invalidate(UUID id, Predicate<Caller> concerned) {
		this.lock.lock();
		try {
			this.generation++;
			this.invalidatedAt.put(id, this.generation);
			if (this.invalidatedAt.size() > MAX_LOGGED_INVALIDATIONS) {
				foldLog();
			}
			// Who asks from now on must not be given the answer of an older look-up.
			this.inFlight.clear();
			this.cache.asMap()
				.values()
				.removeIf((outcome) -> outcome instanceof Active(Caller caller) && concerned.test(caller));
		}
		finally {
			this.lock.unlock();
		}
	}

	private void foldLog() {
		this.generation++;
		this.allInvalidatedAt = this.generation;
		this.invalidatedAt.clear();
	}

	private @Nullable IntrospectionOutcome hit(TokenDigest digest) {
		IntrospectionOutcome outcome = this.cache.getIfPresent(digest);
		if (outcome instanceof Active(Caller caller) && caller.expiresAt() != null
				&& !caller.isCurrentAt(this.clock.instant())) {
			return INACTIVE;
		}
		return outcome;
	}

	private IntrospectionOutcome load(TokenDigest digest, String token) {
		CompletableFuture<IntrospectionOutcome> mine = new CompletableFuture<>();
		CompletableFuture<IntrospectionOutcome> other = this.inFlight.putIfAbsent(digest, mine);
		if (other != null) {
			return other.join();
		}
		IntrospectionOutcome outcome = UNAVAILABLE;
		try {
			IntrospectionOutcome hit = hit(digest);
			outcome = (hit != null) ? hit : fetch(digest, token);
		}
		finally {
			this.inFlight.remove(digest, mine);
			mine.complete(outcome);
		}
		return outcome;
	}

	private IntrospectionOutcome fetch(TokenDigest digest, String token) {
		long begun = generation();
		if (!mayLoad()) {
			return UNAVAILABLE;
		}
		IntrospectionOutcome outcome;
		try {
			outcome = this.source.introspect(token);
		}
		finally {
			this.loads.release();
		}
		store(digest, outcome, begun);
		return outcome;
	}

	private boolean mayLoad() {
		try {
			return this.loads.tryAcquire(this.limits.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private long generation() {
		this.lock.lock();
		try {
			return this.generation;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void store(TokenDigest digest, IntrospectionOutcome outcome, long begun) {
		this.lock.lock();
		try {
			if (!overtaken(outcome, begun)) {
				this.cache.put(digest, outcome);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean overtaken(IntrospectionOutcome outcome, long begun) {
		return switch (outcome) {
			case Active(Caller caller) ->
				this.allInvalidatedAt > begun || invalidatedSince(caller.userId().value(), begun)
						|| (caller.apiKeyId() != null && invalidatedSince(caller.apiKeyId().value(), begun));
			case Inactive() -> this.generation > begun;
			case Unavailable() -> true;
		};
	}

	private boolean invalidatedSince(UUID id, long begun) {
		return this.invalidatedAt.getOrDefault(id, 0L) > begun;
	}

	private Duration lifeOf(IntrospectionOutcome outcome) {
		return switch (outcome) {
			case Active(Caller caller) -> min(this.limits.positiveTtl(), leftOf(caller));
			case Inactive() -> this.limits.negativeTtl();
			case Unavailable() -> Duration.ZERO;
		};
	}

	private Duration leftOf(Caller caller) {
		Instant end = caller.expiresAt();
		return (end != null) ? Duration.between(this.clock.instant(), end) : this.limits.positiveTtl();
	}

	private static Duration min(Duration one, Duration other) {
		Duration smaller = (one.compareTo(other) < 0) ? one : other;
		return smaller.isNegative() ? Duration.ZERO : smaller;
	}

}
