package dev.tallygate.budgets.budget;

import dev.tallygate.budgets.account.BindingLimit;
import dev.tallygate.budgets.account.Budget;
import dev.tallygate.budgets.account.BudgetPeriod;
import dev.tallygate.budgets.account.BudgetState;
import dev.tallygate.budgets.account.Standing;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A budget and where its owner stands, as REST answers it. {@code timeZone} is the zone
 * asked for, {@code periodTimeZone} the one the current period is counted in.
 * {@code forecastMethod} is {@code mean-rate}: what is spent by the end if it goes on at
 * the mean rate of the period so far, whose first hour counts as a whole one.
 */
record BudgetView(UserId userId, @Nullable Long monthlyBudgetCents, @Nullable Long ceilingCents,
		@Nullable Limit binding, Enforcement enforcement, List<Integer> thresholds, String timeZone,
		String periodTimeZone, String period, Instant periodStart, Instant periodEnd, long spentNanos, String spentUsd,
		@Nullable Long remainingNanos, @Nullable String remainingUsd, @Nullable String percentUsed, BudgetState state,
		long forecastNanos, String forecastUsd, String forecastMethod, Instant asOf) {

	/** What {@link Standing#forecast} does. */
	private static final String MEAN_RATE = "mean-rate";

	static BudgetView of(UserId user, Standing standing) {
		Budget budget = standing.budget();
		BudgetPeriod period = standing.period();
		BindingLimit limit = standing.binding();
		NanoUsd remaining = standing.remaining();
		NanoUsd forecast = standing.forecast();
		return new BudgetView(user, budget.monthlyCents(), budget.ceilingCents(),
				(limit != null) ? limit.source() : null, budget.enforcement(), budget.thresholds().percents(),
				budget.timeZone().getId(), period.zone().getId(), period.month().toString(), period.start(),
				period.end(), standing.spent().value(), standing.spent().toUsd(),
				(remaining != null) ? remaining.value() : null, (remaining != null) ? remaining.toUsd() : null,
				standing.percentUsed(), standing.state(), forecast.value(), forecast.toUsd(), MEAN_RATE, standing.at());
	}

}
