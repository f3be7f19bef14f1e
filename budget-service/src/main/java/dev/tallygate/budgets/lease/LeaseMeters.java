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

	private final Counter grantedOfAll;

	private final Counter shortOfAll;

	LeaseMeters(MeterRegistry registry) {
		this.grantedOfAll = ofAll(registry, "granted");
		this.shortOfAll = ofAll(registry, "short");
		for (var outcome : Lent.values()) {
			this.counters.put(outcome,
					Counter.builder("tallygate.budget.leases")
						.tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
						.description("requests of gateways for lines")
						.register(registry));
		}
	}

	private static Counter ofAll(MeterRegistry registry, String outcome) {
		return Counter.builder("tallygate.budget.installation.leases")
			.tag("outcome", outcome)
			.description("requests of gateways for a part of the installation's limit")
			.register(registry);
	}

	/** A request for a part of the installation's limit was decided. */
	void askedForAll(boolean enough) {
		(enough ? this.grantedOfAll : this.shortOfAll).increment();
	}

	void asked(Lent outcome) {
		Objects.requireNonNull(this.counters.get(outcome)).increment();
	}

}
