package dev.tallygate.gateway.usage;

import dev.tallygate.events.Credential;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.pricing.RatedUsage;
import dev.tallygate.pricing.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
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

	private static final Logger logger = LoggerFactory.getLogger(CallMeters.class);

	private static final Duration[] BUCKETS = { Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(100),
			Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500),
			Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(1),
			Duration.ofMinutes(5) };

	private final MeterRegistry registry;

	private final ModelLabels labels;

	private final Map<Kind, Meters> calls = new ConcurrentHashMap<>();

	private final Map<String, Counter> refusals = new ConcurrentHashMap<>();

	private final Counter corrected;

	private final Counter unknownFields;

	/** So many names of unknown fields are logged, each once. */
	private static final int MAX_NAMED = 200;

	private final Set<String> named = ConcurrentHashMap.newKeySet();

	private final Counter unattended;

	private record Kind(String provider, String model, Status status, Credential credential, boolean streamed) {

	}

	private record Meters(Counter count, Counter input, Counter output, Counter cost, Counter unpriced,
			Counter partlyPriced, Timer duration, Timer timeToFirstByte) {

	}

	public CallMeters(MeterRegistry registry, ModelLabels labels) {
		this.registry = registry;
		this.labels = labels;
		this.corrected = counter("tallygate.usage.corrected", "Calls whose reported counts could not be true");
		this.unknownFields = counter("tallygate.usage.unknown.fields",
				"Calls whose provider reported a number under a name that nobody here knows");
		this.unattended = counter("tallygate.usage.unattended", "Calls that a route left open, charged as interrupted");
		// The first refusal must show as a step from 0.
		for (Limit limit : Limit.values()) {
			refusals((limit == Limit.CREDITS) ? "credits_exhausted" : "budget_exceeded", limit.name());
		}
	}

	private Counter counter(String name, String description) {
		return counter(name, description, Tags.empty());
	}

	private Counter counter(String name, String description, Tags tags) {
		return Counter.builder(name).description(description).tags(tags).register(this.registry);
	}

	/** A call settled, with what was said of the cost of its usage. */
	public void settled(CallOpened call, Settlement settlement, RatedUsage rated) {
		Meters meters = metersOf(call, settlement.status());
		Usage usage = settlement.usage();
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
		if (!usage.unknown().isEmpty()) {
			unknown(call, usage);
		}
		if (usage.corrected()) {
			this.corrected.increment();
			logger.warn("Call {} to {}:{} reported counts that cannot be true; they were corrected to {}",
					call.callId(), call.request().provider(), call.request().model(), usage);
		}
	}

	/** A provider's words are no labels: they are logged, once each. */
	private void unknown(CallOpened call, Usage usage) {
		this.unknownFields.increment();
		String names = call.request().provider() + ": " + usage.unknown();
		if (this.named.size() < MAX_NAMED && this.named.add(names)) {
			logger.warn("Usage fields that are not known here, so that such calls are partly priced, from {}", names);
		}
	}

	/** Meters count in floating point; the books do not. */
	private static double amount(@Nullable Long value) {
		return (value != null) ? (double) value : 0;
	}

	private Meters metersOf(CallOpened call, Status status) {
		CallRequest request = call.request();
		return metersOf(new Kind(request.provider(), this.labels.of(request.provider(), request.model(), call.price()),
				status, request.credential(), request.streamed()));
	}

	private Meters metersOf(Kind kind) {
		Meters known = this.calls.get(kind);
		return (known != null) ? known : this.calls.computeIfAbsent(kind, this::register);
	}

	/** A provider may be called: what is counted of it begins at 0. */
	public void mayBeCalled(String provider) {
		metersOf(new Kind(provider, ModelLabels.OTHER, Status.COMPLETED, Credential.SYSTEM, false));
	}

	private Meters register(Kind kind) {
		Tags model = Tags.of("provider", kind.provider(), "model", kind.model());
		Tags call = model.and("status", lower(kind.status()), "credential", lower(kind.credential()), "streamed",
				String.valueOf(kind.streamed()));
		Tags streamed = model.and("streamed", String.valueOf(kind.streamed()));
		String tokens = "Tokens of settled calls";
		return new Meters(counter("tallygate.calls", "Calls that were settled", call),
				counter("tallygate.call.tokens", tokens, model.and("direction", "input")),
				counter("tallygate.call.tokens", tokens, model.and("direction", "output")),
				counter("tallygate.call.cost.nanos", "What settled calls cost, in nano-USD",
						model.and("credential", lower(kind.credential()))),
				counter("tallygate.calls.unpriced", "Calls to models without a price", model),
				counter("tallygate.calls.partly.priced", "Calls that used something without a price", model),
				timer("tallygate.call.duration", "From the opening of a call to its end", streamed),
				timer("tallygate.call.time.to.first.byte", "From the opening of a call to the first byte of its answer",
						streamed));
	}

	private Timer timer(String name, String description, Tags tags) {
		return Timer.builder(name)
			.description(description)
			.tags(tags)
			.serviceLevelObjectives(BUCKETS)
			.register(this.registry);
	}

	private static String lower(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

	/** A call was refused. */
	public void refused(String code, @Nullable String limit) {
		refusals(code, limit).increment();
	}

	private Counter refusals(String code, @Nullable String limit) {
		String key = code + '|' + limit;
		Counter known = this.refusals.get(key);
		return (known != null) ? known
				: this.refusals.computeIfAbsent(key, (each) -> counter("tallygate.admission.refused",
						"Calls that were not admitted",
						Tags.of("code", code, "limit", (limit != null) ? limit.toLowerCase(Locale.ROOT) : "none")));
	}

	/** A call was left open by its route. */
	public void unattended(CallOpened call) {
		this.unattended.increment();
		logger.error("Call {} to {}:{} was left open by its route and is charged as interrupted", call.callId(),
				call.request().provider(), call.request().model());
	}

}
