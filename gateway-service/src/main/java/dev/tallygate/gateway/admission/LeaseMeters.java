package dev.tallygate.gateway.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What can be seen of leases from outside. All are there at 0 from the start.
 */
final class LeaseMeters {

	private static final Duration[] BUCKETS = { Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25),
			Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500),
			Duration.ofSeconds(1), Duration.ofSeconds(2) };

	private final MeterRegistry registry;

	private static final Duration[] FEEDBACK_BUCKETS = { Duration.ofMillis(20), Duration.ofMillis(50),
			Duration.ofMillis(100), Duration.ofMillis(150), Duration.ofMillis(200), Duration.ofMillis(300),
			Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5) };

	private final Counter granted;

	private final Counter refused;

	private final Counter failed;

	private final Timer requests;

	private final Timer admitted;

	private final Timer turnedAway;

	private final Timer counted;

	LeaseMeters(MeterRegistry registry) {
		this.granted = asks(registry, "granted");
		this.refused = asks(registry, "short");
		this.failed = Counter.builder("tallygate.leases.requests.failed")
			.description("requests for lines that budget-service did not answer")
			.register(registry);
		this.requests = timer("tallygate.leases.requests", "requests for lines, each for many users")
			.register(registry);
		this.admitted = timer("tallygate.leases.waits", "calls that had to wait for a line").tag("outcome", "admitted")
			.register(registry);
		this.turnedAway = timer("tallygate.leases.waits", "calls that had to wait for a line").tag("outcome", "refused")
			.register(registry);
		this.counted = Timer.builder("tallygate.admission.feedback")
			.description("from the end of a call to when its cost is known to be counted, one call a user at a time")
			.serviceLevelObjectives(FEEDBACK_BUCKETS)
			.register(registry);
		this.registry = registry;
	}

	private static Counter asks(MeterRegistry registry, String outcome) {
		return Counter.builder("tallygate.leases.asks")
			.tag("outcome", outcome)
			.description("lines asked for: as long as asked for, or shorter")
			.register(registry);
	}

	private static Timer.Builder timer(String name, String description) {
		return Timer.builder(name).description(description).serviceLevelObjectives(BUCKETS);
	}

	/**
	 * Shows whether budget-service lends.
	 * @param away whether it does not answer
	 * @param held what it has lent, in nano-USD
	 */
	void watch(BooleanSupplier away, LongSupplier held) {
		Gauge.builder("tallygate.leases.unreachable", () -> away.getAsBoolean() ? 1 : 0)
			.description("whether budget-service did not answer when it was last asked for a line")
			.register(this.registry);
		Gauge.builder("tallygate.leases.held", held::getAsLong)
			.baseUnit("nanousd")
			.description("lines of this gateway's own, over all limits")
			.register(this.registry);
	}

	/** A request was answered. */
	void answered(long nanos) {
		this.requests.record(nanos, TimeUnit.NANOSECONDS);
	}

	/** A request was not answered. */
	void failed() {
		this.failed.increment();
	}

	/** A line is as long as was asked for, or is not. */
	void decided(boolean enough) {
		(enough ? this.granted : this.refused).increment();
	}

	/** A call had to wait for a line. */
	void waited(boolean enough, long nanos) {
		(enough ? this.admitted : this.turnedAway).record(nanos, TimeUnit.NANOSECONDS);
	}

	/** A call was counted so long after it ended. */
	void counted(long nanos) {
		this.counted.record(nanos, TimeUnit.NANOSECONDS);
	}

}
