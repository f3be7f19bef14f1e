package dev.tallygate.gateway.completion;

import io.micrometer.core.instrument.MeterRegistry;

/**
 * What only the routes see; calls themselves are counted where they are closed, in
 * {@code usage}.
 */
final class RouteMeters {

	private final MeterRegistry registry;

	RouteMeters(MeterRegistry registry) {
		this.registry = registry;
	}

	/** A provider rejected the operator's own key. */
	void systemKeyRejected(String provider) {
		this.registry.counter("tallygate.system.key.rejected", "provider", provider).increment();
	}

	/** A caller was told an error of ours. */
	void refused(String code) {
		this.registry.counter("tallygate.calls.refused", "code", code).increment();
	}

}
