package dev.tallygate.keys.introspection;

import dev.tallygate.keys.limit.CallerLimit;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Bounds how often each service may ask, so that a flood of made-up tokens through one
 * service leaves the database to the others. Callers whom that service has in its cache
 * notice nothing.
 */
@Component
class Flood {

	/** Only services with a credential get here, so they are few. */
	private static final int MAX_SERVICES = 100;

	private final CallerLimit limit;

	private final Counter limited;

	Flood(FloodProperties properties, MeterRegistry meters) {
		this.limit = new CallerLimit(properties.perSecond(), Duration.ofSeconds(1), MAX_SERVICES);
		this.limited = Counter.builder("tallygate.introspections.limited")
			.description("Introspections refused because a service asked too often")
			.register(meters);
	}

	/**
	 * Whether the service may ask once more.
	 */
	boolean admits(String service) {
		boolean admitted = this.limit.admits(service);
		if (!admitted) {
			this.limited.increment();
		}
		return admitted;
	}

}
