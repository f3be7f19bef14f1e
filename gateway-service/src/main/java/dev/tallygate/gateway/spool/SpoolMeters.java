package dev.tallygate.gateway.spool;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can be seen of the spool from outside.
 */
final class SpoolMeters implements SpoolListener {

	private static final Logger logger = LoggerFactory.getLogger(SpoolMeters.class);

	private static final long LOG_INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

	private final MeterRegistry registry;

	private final Counter abandoned;

	private final Counter sent;

	private final Counter sendFailures;

	private final Counter writeFailures;

	private final Counter lost;

	private long loggedAt;

	SpoolMeters(MeterRegistry registry) {
		this.registry = registry;
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
		gauge(spool, "tallygate.spool.oldest.unsent.seconds", "Age of the oldest of them",
				(state) -> state.oldestUnsent().toMillis() / 1000.0);
		gauge(spool, "tallygate.spool.bytes", "Bytes in all segments", (state) -> state.bytes());
		gauge(spool, "tallygate.spool.held.bytes", "Bytes in memory because the disk takes nothing",
				(state) -> state.heldBytes());
		gauge(spool, "tallygate.calls.open", "Calls that are open", (state) -> state.openCalls());
		Gauge.builder("tallygate.spool.damaged", spool, Spool::damagedStretches)
			.description("Stretches that could not be read at the start")
			.register(this.registry);
		spool.listener(this);
	}

	private void gauge(Spool spool, String name, String description, ToDoubleFunction<SpoolState> value) {
		Gauge.builder(name, spool, (each) -> value.applyAsDouble(each.state()))
			.description(description)
			.register(this.registry);
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
			logger.error(message);
		}
	}

}
