package dev.tallygate.gateway.completion;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.gateway.usage.CallOpened;
import dev.tallygate.gateway.usage.OpenCall;
import dev.tallygate.gateway.usage.Settlement;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls, tokens, cost and times as metrics. A model shows under its own name only when it
 * has a price: callers must not be able to make up names for metrics.
 */
final class CallMeters {

	private static final String OTHER = "other";

	private final MeterRegistry registry;

	private final Map<Ended, Timer> durations = new ConcurrentHashMap<>();

	private final Map<Model, ModelMeters> models = new ConcurrentHashMap<>();

	CallMeters(MeterRegistry registry) {
		this.registry = registry;
	}

	/** A call was closed in the books. */
	void settled(OpenCall call, Settlement settlement, long nanos) {
		CallOpened opened = call.opened();
		String model = (opened.price() != null) ? opened.model() : OTHER;
		this.durations
			.computeIfAbsent(new Ended(opened.provider(), model, settlement.status().name(), opened.streamed()),
					this::duration)
			.record(nanos, TimeUnit.NANOSECONDS);
		ModelMeters meters = this.models.computeIfAbsent(new Model(opened.provider(), model),
				(key) -> new ModelMeters(this.registry, key));
		add(meters.input, settlement.counts().input());
		add(meters.cached, settlement.counts().cacheRead());
		add(meters.output, settlement.counts().output());
		NanoUsd cost = opened.costOf(settlement.counts());
		add(meters.cost, (cost != null) ? cost.value() : null);
		if (settlement.timeToFirstByteMillis() != null) {
			meters.firstByte.record(settlement.timeToFirstByteMillis(), TimeUnit.MILLISECONDS);
		}
	}

	/** A provider rejected the operator's own key. */
	void systemKeyRejected(String provider) {
		this.registry.counter("tallygate.system.key.rejected", "provider", provider).increment();
	}

	/** A caller was told an error of ours. */
	void refused(String code) {
		this.registry.counter("tallygate.calls.refused", "code", code).increment();
	}

	private static void add(Counter counter, @Nullable Long amount) {
		if (amount != null && amount > 0) {
			counter.increment(amount);
		}
	}

	private Timer duration(Ended ended) {
		return Timer.builder("tallygate.calls")
			.description("Calls that were opened, by how they ended")
			.tags("provider", ended.provider, "model", ended.model, "status", ended.status.toLowerCase(Locale.ROOT),
					"streamed", Boolean.toString(ended.streamed))
			.serviceLevelObjectives(Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(1),
					Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(120))
			.register(this.registry);
	}

	private record Ended(String provider, String model, String status, boolean streamed) {

	}

	private record Model(String provider, String model) {

		Tags tags() {
			return Tags.of("provider", this.provider, "model", this.model);
		}

	}

	private static final class ModelMeters {

		private final Counter input;

		private final Counter cached;

		private final Counter output;

		private final Counter cost;

		private final Timer firstByte;

		ModelMeters(MeterRegistry registry, Model model) {
			this.input = tokens(registry, model, "input");
			this.cached = tokens(registry, model, "cache_read");
			this.output = tokens(registry, model, "output");
			this.cost = Counter.builder("tallygate.cost.nanos")
				.description("What calls cost, in nano-USD")
				.tags(model.tags())
				.register(registry);
			this.firstByte = Timer.builder("tallygate.first.byte")
				.description("From an opened call to the first byte of its answer")
				.tags(model.tags())
				.serviceLevelObjectives(Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofSeconds(1),
						Duration.ofSeconds(5), Duration.ofSeconds(30))
				.register(registry);
		}

		private static Counter tokens(MeterRegistry registry, Model model, String kind) {
			return Counter.builder("tallygate.tokens")
				.description("Tokens of settled calls; input includes cache_read")
				.tags(model.tags().and("kind", kind))
				.register(registry);
		}

	}

}
