package dev.tallygate.budgets.account;

import dev.tallygate.events.NanoUsd;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * What a user has spent in one period.
 *
 * @param month the period, as stamped on the events
 * @param spent the sum of the costs and of their corrections; negative when corrections
 * outweigh what they correct
 * @param limitCents the binding limit when the period was last current, in US cents; null
 * without one. Late events of a closed period are held against this
 */
public record PeriodSpend(YearMonth month, NanoUsd spent, @Nullable Long limitCents) {

	PeriodSpend plus(NanoUsd delta) {
		return new PeriodSpend(this.month, Saturated.sum(this.spent, delta), this.limitCents);
	}

	PeriodSpend under(@Nullable Long limitCents) {
		return new PeriodSpend(this.month, this.spent, limitCents);
	}

}
