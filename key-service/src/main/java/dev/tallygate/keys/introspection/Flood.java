package dev.tallygate.keys.introspection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Bounds how often each service may ask, so that a flood of made-up tokens through one
 * service leaves the database to the others. Callers whom that service has in its cache
 * notice nothing.
 */
@Component
class Flood {

	private static final long SECOND = 1_000_000_000L;

	private final int perSecond;

	private final Counter limited;

	/** By name; only services with a credential get here, so they are few. */
	private final Map<String, Window> windows = new ConcurrentHashMap<>();

	Flood(FloodProperties properties, MeterRegistry meters) {
		this.perSecond = properties.perSecond();
		this.limited = Counter.builder("tallygate.introspections.limited")
			.description("Introspections refused because a service asked too often")
			.register(meters);
	}

	/**
	 * Whether the service may ask once more.
	 */
	boolean admits(String service) {
		boolean admitted = this.windows.computeIfAbsent(service, (name) -> new Window())
			.take(System.nanoTime(), this.perSecond);
		if (!admitted) {
			this.limited.increment();
		}
		return admitted;
	}

	/**
	 * How often a service has asked in the second that began with the first question.
	 */
	private static final class Window {

		private long begun = System.nanoTime();

		private int asked;

		synchronized boolean take(long now, int limit) {
			if (now - this.begun >= SECOND) {
				this.begun = now;
				this.asked = 0;
			}
			if (this.asked >= limit) {
				return false;
			}
			this.asked++;
			return true;
		}

	}

}
