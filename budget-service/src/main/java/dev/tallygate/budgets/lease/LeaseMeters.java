package dev.tallygate.budgets.lease;

import dev.tallygate.budgets.account.Account.Lent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Component;

/**
 * How requests for lines are decided: {@code tallygate.budget.leases} with a tag
 * {@code outcome}.
 */
@Component
class LeaseMeters {

	private final Map<Lent, Counter> counters = new EnumMap<>(Lent.class);

	LeaseMeters(MeterRegistry registry) {
		for (var outcome : Lent.values()) {
			this.counters.put(outcome,
					Counter.builder("tallygate.budget.leases")
						.tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
						.description("requests of gateways for lines")
						.register(registry));
		}
	}

	void asked(Lent outcome) {
		Objects.requireNonNull(this.counters.get(outcome)).increment();
	}

}
