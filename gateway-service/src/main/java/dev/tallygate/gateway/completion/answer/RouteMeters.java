package dev.tallygate.gateway.completion.answer;

import dev.tallygate.gateway.provider.Provider;
import dev.tallygate.gateway.provider.ProviderListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What only the routes see; calls themselves are counted where they are closed, in
 * {@code usage}.
 */
public final class RouteMeters implements ProviderListener {

	private final MeterRegistry registry;

	/** Found without the registry, which takes longer than a refusal should. */
	private final Map<String, Counter> refusals = new ConcurrentHashMap<>();

	public RouteMeters(MeterRegistry registry) {
		this.registry = registry;
	}

	/** The first rejection must show as a step from 0. */
	@Override
	public void configured(List<Provider> providers) {
		providers.forEach((provider) -> rejections(provider.name()));
	}

	/** A provider rejected the operator's own key. */
	void systemKeyRejected(String provider) {
		rejections(provider).increment();
	}

	private Counter rejections(String provider) {
		return Counter.builder("tallygate.system.key.rejected")
			.description("Calls that failed because a provider rejected the operator's key")
			.tag("provider", provider)
			.register(this.registry);
	}

	/** A caller was told an error of ours. */
	public void refused(String code) {
		Counter known = this.refusals.get(code);
		((known != null) ? known : this.refusals.computeIfAbsent(code, this::refusals)).increment();
	}

	private Counter refusals(String code) {
		return Counter.builder("tallygate.calls.refused")
			.description("Requests that were answered with an error of ours")
			.tag("code", code)
			.register(this.registry);
	}

}
