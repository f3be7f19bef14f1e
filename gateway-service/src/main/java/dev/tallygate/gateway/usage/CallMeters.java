package dev.tallygate.gateway.usage;

import dev.tallygate.events.Credential;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.pricing.RatedUsage;
import dev.tallygate.pricing.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can be seen of calls from outside. Meters of a kind of call are looked up once per
 * call in one map; no name of a user or key is ever a label.
 */
public final class CallMeters {

	private static final Logger log = LoggerFactory.getLogger(CallMeters.class);

	/** More models than this share a label: callers can name models as they like. */
	private static final int MAX_MODELS = 200;

	private static final Duration[] BUCKETS = { Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(100),
			Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500),
			Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(1),
			Duration.ofMinutes(5) };

	private final MeterRegistry registry;

	private final Map<Kind, Meters> calls = new ConcurrentHashMap<>();

	private final Set<String> models = ConcurrentHashMap.newKeySet();

	private final Map<String, Counter> refusals = new ConcurrentHashMap<>();

	private final Counter corrected;

	private final Counter unattended;

	private record Kind(String provider, String model, Status status, Credential credential, boolean streamed) {

	}

	private record Meters(Counter count, Counter input, Counter output, Counter cost, Counter unpriced,
			Counter partlyPriced, Timer duration, Timer timeToFirstByte) {

	}

	public CallMeters(MeterRegistry registry) {
		this.registry = registry;
		this.corrected = counter("tallygate.usage.corrected", "Calls whose reported counts could not be true");
		this.unattended = counter("tallygate.usage.unattended", "Calls that a route left open, charged as interrupted");
	}

	private Counter counter(String name, String description) {
		return Counter.builder(name).description(description).register(this.registry);
	}

	/** A call settled. */
	public void settled(CallOpened call, Settlement settlement) {
		Meters meters = metersOf(call, settlement.status());
		Usage usage = settlement.usage();
		RatedUsage rated = call.rate(usage);
		meters.count().increment();
		meters.input().increment(amount(usage.inputTokens()));
		meters.output().increment(amount(usage.outputTokens()));
		NanoUsd cost = rated.cost();
		if (rated.partlyPriced()) {
			meters.partlyPriced().increment();
		}
		if (cost != null) {
			meters.cost().increment(amount(cost.value()));
		}
		else {
			meters.unpriced().increment();
		}
		meters.duration().record(Duration.between(call.startedAt(), settlement.finishedAt()));
		if (settlement.timeToFirstByteMillis() != null) {
			meters.timeToFirstByte().record(settlement.timeToFirstByteMillis(), TimeUnit.MILLISECONDS);
		}
		if (usage.corrected()) {
			this.corrected.increment();
			log.warn("Call {} to {}:{} reported counts that cannot be true; they were corrected to {}", call.callId(),
					call.request().provider(), call.request().model(), usage);
		}
	}

	/** Meters count in floating point; the books do not. */
	private static double amount(@Nullable Long value) {
		return (value != null) ? (double) value : 0;
	}

	private Meters metersOf(CallOpened call, Status status) {
		Kind kind = new Kind(call.request().provider(), label(call.request().model()), status,
				call.request().credential(), call.request().streamed());
		Meters known = this.calls.get(kind);
		return (known != null) ? known : this.calls.computeIfAbsent(kind, this::register);
	}

	private String label(String model) {
		if (this.models.contains(model)) {
			return model;
		}
		return (this.models.size() < MAX_MODELS && this.models.add(model)) ? model : "other";
	}

	private Meters register(Kind kind) {
		Tags model = Tags.of("provider", kind.provider(), "model", kind.model());
		Tags call = model.and("status", lower(kind.status()), "credential", lower(kind.credential()), "streamed",
				String.valueOf(kind.streamed()));
		return new Meters(this.registry.counter("tallygate.calls", call),
				this.registry.counter("tallygate.call.tokens", model.and(Tag.of("direction", "input"))),
				this.registry.counter("tallygate.call.tokens", model.and(Tag.of("direction", "output"))),
				this.registry.counter("tallygate.call.cost.nanos", model.and("credential", lower(kind.credential()))),
				this.registry.counter("tallygate.calls.unpriced", model),
				this.registry.counter("tallygate.calls.partly.priced", model),
				timer("tallygate.call.duration", model.and("streamed", String.valueOf(kind.streamed()))),
				timer("tallygate.call.time.to.first.byte", model.and("streamed", String.valueOf(kind.streamed()))));
	}

	private Timer timer(String name, Tags tags) {
		return Timer.builder(name).tags(tags).serviceLevelObjectives(BUCKETS).register(this.registry);
	}

	private static String lower(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

	/** A call was refused. */
	public void refused(String code, @Nullable String limit) {
		String key = code + '|' + limit;
		Counter known = this.refusals.get(key);
		((known != null) ? known
				: this.refusals.computeIfAbsent(key, (each) -> this.registry.counter("tallygate.admission.refused",
						"code", code, "limit", (limit != null) ? limit.toLowerCase(Locale.ROOT) : "none")))
			.increment();
	}

	/** A call was left open by its route. */
	public void unattended(CallOpened call) {
		this.unattended.increment();
		log.error("Call {} to {}:{} was left open by its route and is charged as interrupted", call.callId(),
				call.request().provider(), call.request().model());
	}

}
