package dev.tallygate.budgets.account;

import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.Limit;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * How much a user may spend in a month, and what happens then.
 *
 * @param monthlyCents the owner's amount in US cents, 0 to {@link #MAX_CENTS}; null for
 * none
 * @param ceilingCents the administrator's amount, likewise
 * @param enforcement what happens at the limit
 * @param thresholds when to alert
 * @param timeZone the zone the months are counted in, from the next period on
 */
public record Budget(@Nullable Long monthlyCents, @Nullable Long ceilingCents, Enforcement enforcement,
		Thresholds thresholds, ZoneId timeZone) {

	/** The largest amount, in US cents: ten million dollars a month. */
	public static final long MAX_CENTS = 1_000_000_000L;

	/** What a user has until somebody says otherwise: no limit. */
	public static final Budget DEFAULT = new Budget(null, null, Enforcement.HARD, Thresholds.DEFAULT, ZoneId.of("UTC"));

	public Budget {
		checkAmount(monthlyCents);
		checkAmount(ceilingCents);
	}

	/**
	 * The smaller of the owner's amount and the administrator's ceiling, the owner's when
	 * they are equal; null when there is neither.
	 * @param defaultCents the ceiling of whoever has none; null for none
	 */
	public @Nullable BindingLimit limit(@Nullable Long defaultCents) {
		BindingLimit above = ceiling(defaultCents);
		if (above != null && (this.monthlyCents == null || above.cents() < this.monthlyCents)) {
			return above;
		}
		return (this.monthlyCents != null) ? new BindingLimit(this.monthlyCents, Limit.BUDGET) : null;
	}

	/**
	 * The administrator's ceiling, be it the user's own or that of everyone; null for
	 * none.
	 */
	@Nullable BindingLimit ceiling(@Nullable Long defaultCents) {
		if (this.ceilingCents != null) {
			return new BindingLimit(this.ceilingCents, Limit.CEILING);
		}
		return (defaultCents != null) ? new BindingLimit(defaultCents, Limit.DEFAULT) : null;
	}

	private static void checkAmount(@Nullable Long cents) {
		if (cents != null && (cents < 0 || cents > MAX_CENTS)) {
			throw new IllegalArgumentException("an amount must be 0 to " + MAX_CENTS + " cents");
		}
	}

}
