package dev.tallygate.console.budget;

import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.security.secret.Secret;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A month's budget and where its owner stands, as budget-service tells it.
 *
 * @param monthlyBudgetCents the owner's limit; null is none, 0 allows nothing
 * @param ceilingCents the administrator's limit; null is none
 * @param enforcement {@code hard} refuses calls over the limit, {@code soft} only warns
 * @param thresholds percentages that alert
 * @param percentUsed a decimal with two places; null without a limit
 */
public record Budget(@Nullable Long monthlyBudgetCents, @Nullable Long ceilingCents, @Nullable String enforcement,
		@Nullable List<Integer> thresholds, @Nullable String timeZone, @Nullable String period,
		@Nullable Instant periodStart, @Nullable Instant periodEnd, long spentNanos, @Nullable Long remainingNanos,
		@Nullable String percentUsed, @Nullable String state, @Nullable Long forecastNanos, @Nullable Instant asOf) {

	/** Where budget-service has a person's own. */
	static final String PATH = "/api/users/me/budget";

	/** Asks for a person's own. */
	public static Answer<Budget> of(ServiceClient services, Secret key) {
		return services.get(Service.BUDGETS, key, Budget.class, PATH);
	}

	/** The limit that binds: the smaller of the two; null where there is neither. */
	@Nullable Long limitCents() {
		if (this.monthlyBudgetCents == null || this.ceilingCents == null) {
			return (this.monthlyBudgetCents != null) ? this.monthlyBudgetCents : this.ceilingCents;
		}
		return Math.min(this.monthlyBudgetCents, this.ceilingCents);
	}

	/** Whether the administrator's limit is the one that binds. */
	boolean ceilingBinds() {
		return this.ceilingCents != null
				&& (this.monthlyBudgetCents == null || this.ceilingCents < this.monthlyBudgetCents);
	}

	boolean hard() {
		return !"soft".equals(this.enforcement);
	}

	/** What is over the limit, nano-USD; 0 where nothing is. */
	long overNanos() {
		Long limit = limitCents();
		return (limit == null) ? 0 : Math.max(0, this.spentNanos - NanoUsd.ofCents(limit).value());
	}

}
