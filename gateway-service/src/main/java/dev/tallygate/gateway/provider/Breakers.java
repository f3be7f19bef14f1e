package dev.tallygate.gateway.provider;

import dev.tallygate.events.UserId;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker per origin and model. It is fed only with what says something about
 * the provider: whether it could be connected to, whether it sent a first byte in time,
 * whether that was a 5xx. What callers do wrong, or that they leave, does not count.
 * <p>
 * A breaker is made at a model's first failure: a provider that works costs nothing.
 * Callers can make up as many names as they like; of those that nobody knows few have a
 * breaker of their own, which no metric shows, and the rest of an origin's share one.
 * <p>
 * One user's failures close nobody else out, for agents send the same call over and over:
 * a circuit that few users opened is open for them, and others may still try.
 */
public final class Breakers {

	/** The name of the settings in {@code resilience4j.circuitbreaker.configs}. */
	static final String CONFIG = "provider";

	/** How many breakers there are for models that nobody knows. */
	static final int MAX_UNKNOWN = 100;

	private static final String ALL_OTHERS = "other";

	/** As many failures as open a circuit by default. */
	private static final int REMEMBERED = 20;

	/** Where it fails for so many users, nobody else needs to find out. */
	private static final int ENOUGH_USERS = 3;

	private static final Duration PROBING = Duration.ofSeconds(1);

	private final CircuitBreakerRegistry registry;

	private final Map<Scope, Breaker> breakers = new ConcurrentHashMap<>();

	private final Set<Scope> unknown = ConcurrentHashMap.newKeySet();

	private record Scope(Origin origin, String model, boolean known) {

		@Override
		public String toString() {
			return this.origin + " " + this.model;
		}

	}

	/** Breakers kept in a registry, so that its metrics show them. */
	public Breakers(CircuitBreakerRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Whether a model may be called now, or when it may.
	 * @param known whether the name is somebody else's than the caller's
	 * @param user who calls
	 */
	public Permission ask(Origin origin, String model, boolean known, UserId user) {
		Scope scope = new Scope(origin, model, known);
		Breaker breaker = find(scope);
		if (breaker == null) {
			return new Attempt(this, scope, user, null, false);
		}
		if (breaker.tryAcquire()) {
			return new Attempt(this, scope, user, breaker, true);
		}
		return breaker.failsFor(user) ? new Permission.Denied(breaker.untilNext())
				: new Attempt(this, scope, user, breaker, false);
	}

	private @Nullable Breaker find(Scope scope) {
		Breaker own = this.breakers.get(scope);
		return (own != null || scope.known()) ? own : this.breakers.get(others(scope));
	}

	private static Scope others(Scope scope) {
		return new Scope(scope.origin(), ALL_OTHERS, true);
	}

	private Breaker of(Scope scope) {
		Breaker known = find(scope);
		if (known != null) {
			return known;
		}
		boolean own = scope.known() || this.unknown.contains(scope)
				|| (this.unknown.size() < MAX_UNKNOWN && this.unknown.add(scope));
		return this.breakers.computeIfAbsent(own ? scope : others(scope), this::make);
	}

	private Breaker make(Scope scope) {
		CircuitBreakerConfig config = this.registry.getConfiguration(CONFIG).orElseGet(this.registry::getDefaultConfig);
		return new Breaker(scope.known() ? this.registry.circuitBreaker(scope.toString(), config)
				: CircuitBreaker.of(scope.toString(), config));
	}

	/** What is said to a call that wants to be made. */
	public sealed interface Permission {

		/**
		 * Not now.
		 *
		 * @param retryAfter when it is worth asking again
		 */
		record Denied(Duration retryAfter) implements Permission {

		}

	}

	/**
	 * One attempt to get an answer. A breaker hears of it at most once.
	 */
	public static final class Attempt implements Permission, AutoCloseable {

		private final Breakers breakers;

		private final Scope scope;

		private final UserId user;

		private final @Nullable Breaker breaker;

		/** Counted by the circuit, which it may have to be given back to. */
		private final boolean acquired;

		/** Let through a circuit that is not closed to see whether it can be. */
		private final boolean probe;

		private final long startedAt = System.nanoTime();

		private boolean told;

		private Attempt(Breakers breakers, Scope scope, UserId user, @Nullable Breaker breaker, boolean acquired) {
			this.breakers = breakers;
			this.scope = scope;
			this.user = user;
			this.breaker = breaker;
			this.acquired = acquired;
			this.probe = breaker != null && (!acquired || breaker.isProbing());
		}

		/** The head of an answer came. */
		public void answered(int status) {
			if (status >= 500) {
				failed();
			}
			else if (status < 400) {
				worked();
			}
			else {
				close();
			}
		}

		/** No head of an answer came. After one did, nothing is heard any more. */
		public void failed(UpstreamException ex) {
			switch (ex.kind()) {
				case CONNECT, TIMEOUT, BROKEN, GARBAGE -> failed();
				case ABORTED, TOO_MANY_CONNECTIONS, NO_SOCKET -> {
					// says nothing about the provider
				}
			}
		}

		private void failed() {
			if (!this.told) {
				this.told = true;
				((this.breaker != null) ? this.breaker : this.breakers.of(this.scope)).failed(this.startedAt,
						this.user);
			}
		}

		private void worked() {
			Breaker known = (this.breaker != null) ? this.breaker : this.breakers.find(this.scope);
			if (!this.told && known != null) {
				this.told = true;
				known.worked(this.startedAt, this.probe);
			}
		}

		/** Lets another one try where this one told nothing. */
		@Override
		public void close() {
			if (!this.told && this.breaker != null) {
				this.told = true;
				if (this.acquired) {
					this.breaker.release();
				}
			}
		}

	}

	/** A circuit breaker that knows when it lets somebody through again. */
	private static final class Breaker {

		private final CircuitBreaker circuit;

		/** Who failed last, the newest last. */
		private final Deque<UserId> failing = new ArrayDeque<>(REMEMBERED);

		private volatile long openedAt = System.nanoTime();

		Breaker(CircuitBreaker circuit) {
			this.circuit = circuit;
			circuit.getEventPublisher().onStateTransition((event) -> this.openedAt = System.nanoTime());
		}

		boolean tryAcquire() {
			return this.circuit.tryAcquirePermission();
		}

		boolean isProbing() {
			return this.circuit.getState() == State.HALF_OPEN;
		}

		void release() {
			this.circuit.releasePermission();
		}

		/** Whether it fails for this user, or for so many that it does for all. */
		boolean failsFor(UserId user) {
			synchronized (this.failing) {
				return this.failing.contains(user) || this.failing.stream().distinct().count() >= ENOUGH_USERS;
			}
		}

		void failed(long startedAt, UserId user) {
			synchronized (this.failing) {
				if (this.failing.size() == REMEMBERED) {
					this.failing.removeFirst();
				}
				this.failing.addLast(user);
			}
			this.circuit.onError(System.nanoTime() - startedAt, TimeUnit.NANOSECONDS,
					new IOException("no good answer"));
		}

		/**
		 * One good answer closes the circuit: to wait for all probes would let a single
		 * one that hangs keep everybody out.
		 */
		void worked(long startedAt, boolean probe) {
			this.circuit.onSuccess(System.nanoTime() - startedAt, TimeUnit.NANOSECONDS);
			if (probe && this.circuit.getState() != State.CLOSED) {
				this.circuit.transitionToClosedState();
			}
		}

		Duration untilNext() {
			if (this.circuit.getState() != State.OPEN) {
				return PROBING;
			}
			long open = this.circuit.getCircuitBreakerConfig().getWaitIntervalFunctionInOpenState().apply(1);
			Duration left = Duration.ofMillis(open).minusNanos(System.nanoTime() - this.openedAt);
			return left.isPositive() ? left : PROBING;
		}

	}

}
