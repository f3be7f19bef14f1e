package dev.tallygate.gateway.provider;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A circuit breaker per origin. It is fed only with what says something about the origin:
 * whether it could be connected to, whether it sent a first byte in time, whether that
 * was a 5xx. What callers do wrong, or that they leave, does not count.
 */
public final class Breakers {

	/** The name of the settings in {@code resilience4j.circuitbreaker.configs}. */
	static final String CONFIG = "provider";

	private final CircuitBreakerRegistry registry;

	private final Map<Origin, CircuitBreaker> breakers = new ConcurrentHashMap<>();

	/** Breakers kept in a registry, so that its metrics show them. */
	public Breakers(CircuitBreakerRegistry registry) {
		this.registry = registry;
	}

	/** The breaker of an origin. */
	public CircuitBreaker of(Origin origin) {
		return this.breakers.computeIfAbsent(origin, (key) -> this.registry.circuitBreaker(key.toString(),
				this.registry.getConfiguration(CONFIG).orElseGet(this.registry::getDefaultConfig)));
	}

}
