package dev.tallygate.budgets.status;

import dev.tallygate.events.UserId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * What the publisher tells: {@code tallygate.budget.status.published},
 * {@code tallygate.budget.status.failed}, {@code tallygate.budget.status.waiting} and
 * {@code tallygate.budget.status.refused} (users) and
 * {@code tallygate.budget.status.lag}, from the commit of a change to the broker's
 * acknowledgement.
 */
@Component
class StatusMeters {

	private final MeterRegistry registry;

	private final Counter published;

	private final Counter failed;

	private final Counter heartbeats;

	private final Timer lag;

	StatusMeters(MeterRegistry registry) {
		this.registry = registry;
		this.published = Counter.builder("tallygate.budget.status.published")
			.description("statuses the broker has acknowledged")
			.register(registry);
		this.failed = Counter.builder("tallygate.budget.status.failed")
			.description("sends of a status that failed and are repeated")
			.register(registry);
		this.heartbeats = Counter.builder("tallygate.budget.status.heartbeats")
			.description("heartbeats sent")
			.register(registry);
		this.lag = Timer.builder("tallygate.budget.status.lag")
			.description("from the commit of a change to the broker's acknowledgement of the status")
			.publishPercentileHistogram()
			.register(registry);
	}

	void watch(Map<UserId, ?> waiting, Set<UserId> refused) {
		Gauge.builder("tallygate.budget.status.refused", refused, Set::size)
			.description("users whose status the broker does not take for what it is")
			.register(this.registry);
		Gauge.builder("tallygate.budget.status.waiting", waiting, Map::size)
			.description("users whose latest status waits to be sent")
			.register(this.registry);
	}

	void published(long lagNanos) {
		this.published.increment();
		this.lag.record(lagNanos, TimeUnit.NANOSECONDS);
	}

	void failed() {
		this.failed.increment();
	}

	void heartbeat() {
		this.heartbeats.increment();
	}

}
