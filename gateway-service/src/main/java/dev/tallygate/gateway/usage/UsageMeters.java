package dev.tallygate.gateway.usage;

import dev.tallygate.events.Credential;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.gateway.pricing.TokenCounts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can be seen of calls and of the spool from outside. Meters of a kind of call are
 * looked up once per call in one map; no name of a user or key is ever a label.
 */
final class UsageMeters implements SpoolListener {

	private static final Logger log = LoggerFactory.getLogger(UsageMeters.class);

	/** More models than this share a label: callers can name models as they like. */
	private static final int MAX_MODELS = 200;

	private static final Duration[] BUCKETS = { Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(100),
			Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500),
			Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(1),
			Duration.ofMinutes(5) };

	private static final long LOG_INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

	private final MeterRegistry registry;

	private final Clock clock;

	private final Map<Kind, CallMeters> calls = new ConcurrentHashMap<>();

	private final Set<String> models = ConcurrentHashMap.newKeySet();

	private final Map<String, Counter> refusals = new ConcurrentHashMap<>();

	private final Counter corrected;

	private final Counter unattended;

	private final Counter abandoned;

	private final Counter sent;

	private final Counter sendFailures;

	private final Counter writeFailures;

	private final Counter lost;

	private long loggedAt;

	private record Kind(String provider, String model, Status status, Credential credential, boolean streamed) {

	}

	private record CallMeters(Counter count, Counter input, Counter output, Counter cost, Counter unpriced,
			Timer duration, Timer timeToFirstByte) {

	}

	UsageMeters(MeterRegistry registry, Clock clock) {
		this.registry = registry;
		this.clock = clock;
		this.corrected = counter("tallygate.usage.corrected", "Calls whose reported counts could not be true");
		this.unattended = counter("tallygate.usage.unattended", "Calls that a route left open, charged as interrupted");
		this.abandoned = counter("tallygate.usage.abandoned", "Calls that were open when the process before died");
		this.sent = counter("tallygate.spool.sent", "Events that Kafka has taken");
		this.sendFailures = counter("tallygate.spool.send.failures", "Sends that had to be tried again");
		this.writeFailures = counter("tallygate.spool.write.failures", "Writes that the disk did not take");
		this.lost = counter("tallygate.spool.lost", "Records lost because disk and memory were full");
		this.loggedAt = System.nanoTime() - LOG_INTERVAL_NANOS;
	}

	private Counter counter(String name, String description) {
		return Counter.builder(name).description(description).register(this.registry);
	}

	/** Shows how a spool is doing. */
	void watch(Spool spool) {
		gauge(spool, "tallygate.spool.depth", "Events that Kafka has not acknowledged", (state) -> state.depth());
		gauge(spool, "tallygate.spool.oldest.unsent.seconds", "Age of the oldest of them", this::oldest);
		gauge(spool, "tallygate.spool.bytes", "Bytes in all segments", (state) -> state.bytes());
		gauge(spool, "tallygate.spool.held.bytes", "Bytes in memory because the disk takes nothing",
				(state) -> state.heldBytes());
		gauge(spool, "tallygate.calls.open", "Calls that are open", (state) -> state.openCalls());
		Gauge.builder("tallygate.spool.damaged", spool, Spool::damagedStretches)
			.description("Stretches that could not be read at the start")
			.register(this.registry);
		spool.listener(this);
	}

	private void gauge(Spool spool, String name, String description,
			java.util.function.ToDoubleFunction<SpoolState> value) {
		Gauge.builder(name, spool, (each) -> value.applyAsDouble(each.state()))
			.description(description)
			.register(this.registry);
	}

	private double oldest(SpoolState state) {
		Instant oldest = state.oldestUnsent();
		return (oldest == null) ? 0 : Math.max(0, Duration.between(oldest, this.clock.instant()).toMillis() / 1000.0);
	}

	/** A call settled. */
	void settled(CallOpened call, Settlement settlement) {
		CallMeters meters = metersOf(call, settlement.status());
		TokenCounts counts = settlement.counts();
		meters.count().increment();
		meters.input().increment(amount(counts.input()));
		meters.output().increment(amount(counts.output()));
		NanoUsd cost = call.costOf(counts);
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
		if (counts.corrected()) {
			this.corrected.increment();
			log.warn("Call {} to {}:{} reported counts that cannot be true; they were corrected to {}", call.callId(),
					call.provider(), call.model(), counts);
		}
	}

	/** Meters count in floating point; the books do not. */
	private static double amount(@Nullable Long value) {
		return (value != null) ? (double) value : 0;
	}

	private CallMeters metersOf(CallOpened call, Status status) {
		Kind kind = new Kind(call.provider(), label(call.model()), status, call.credential(), call.streamed());
		CallMeters known = this.calls.get(kind);
		return (known != null) ? known : this.calls.computeIfAbsent(kind, this::register);
	}

	private String label(String model) {
		if (this.models.contains(model)) {
			return model;
		}
		return (this.models.size() < MAX_MODELS && this.models.add(model)) ? model : "other";
	}

	private CallMeters register(Kind kind) {
		Tags model = Tags.of("provider", kind.provider(), "model", kind.model());
		Tags call = model.and("status", lower(kind.status()), "credential", lower(kind.credential()), "streamed",
				String.valueOf(kind.streamed()));
		return new CallMeters(this.registry.counter("tallygate.calls", call),
				this.registry.counter("tallygate.call.tokens", model.and(Tag.of("direction", "input"))),
				this.registry.counter("tallygate.call.tokens", model.and(Tag.of("direction", "output"))),
				this.registry.counter("tallygate.call.cost.nanos", model.and("credential", lower(kind.credential()))),
				this.registry.counter("tallygate.calls.unpriced", model),
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
	void refused(String code, @Nullable String limit) {
		String key = code + '|' + limit;
		Counter known = this.refusals.get(key);
		((known != null) ? known
				: this.refusals.computeIfAbsent(key, (each) -> this.registry.counter("tallygate.admission.refused",
						"code", code, "limit", (limit != null) ? limit.toLowerCase(Locale.ROOT) : "none")))
			.increment();
	}

	void unattended(CallOpened call) {
		this.unattended.increment();
		log.error("Call {} to {}:{} was left open by its route and is charged as interrupted", call.callId(),
				call.provider(), call.model());
	}

	void abandoned(int calls) {
		this.abandoned.increment(calls);
	}

	void sent(int events) {
		this.sent.increment(events);
	}

	void sendFailed() {
		this.sendFailures.increment();
	}

	@Override
	public void writeFailed(Exception cause) {
		this.writeFailures.increment();
		loudly("The disk does not take the usage spool, which is held in memory: " + cause
				+ ". Calls go on; what is held is lost if this process dies. Make room.");
	}

	@Override
	public void lost(RecordType type) {
		this.lost.increment();
		loudly("Usage records are being LOST (" + type + "): neither the disk nor memory takes any more. Make room.");
	}

	/** Once a minute; callers hold the spool's lock. */
	private void loudly(String message) {
		long now = System.nanoTime();
		if (now - this.loggedAt >= LOG_INTERVAL_NANOS) {
			this.loggedAt = now;
			log.error(message);
		}
	}

}
