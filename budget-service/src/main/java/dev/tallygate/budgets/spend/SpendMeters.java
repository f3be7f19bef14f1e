package dev.tallygate.budgets.spend;

import dev.tallygate.messaging.Received;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import org.springframework.stereotype.Component;

/**
 * What the counting tells: {@code tallygate.budget.events.counted}, and
 * {@code tallygate.budget.events.delay} from the event's arrival in Kafka to its being
 * counted, of the oldest event of each batch.
 */
@Component
class SpendMeters {

	private final Counter counted;

	private final Timer delay;

	private final Clock clock;

	SpendMeters(MeterRegistry registry, Clock clock) {
		this.clock = clock;
		this.counted = Counter.builder("tallygate.budget.events.counted")
			.description("usage events counted, each id once")
			.register(registry);
		this.delay = Timer.builder("tallygate.budget.events.delay")
			.description("from an event's arrival in Kafka to its being counted, of the oldest in a batch")
			.publishPercentileHistogram()
			.register(registry);
	}

	void counted(Collection<Received> events) {
		this.counted.increment(events.size());
		events.stream()
			.map(Received::recordedAt)
			.min(Comparator.naturalOrder())
			.map((oldest) -> Duration.between(oldest, this.clock.instant()))
			.filter((duration) -> !duration.isNegative())
			.ifPresent(this.delay::record);
	}

}
