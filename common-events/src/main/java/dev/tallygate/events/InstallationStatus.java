package dev.tallygate.events;

import dev.tallygate.events.BudgetStatus.Enforcement;
import java.time.Instant;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * What holds for everybody: the limit on all spend of system keys together, and the
 * ceiling of whoever has none of their own. It travels on {@link Topics#BUDGET_STATUS}
 * under the record key {@link #KEY}; of several the highest version counts.
 *
 * @param version grows with every telling, whether something has changed or not
 * @param period the month in UTC that {@code spentNanos} belongs to
 * @param periodEnd its exclusive end
 * @param limitCents the limit in US cents; null without one
 * @param enforcement what happens at the limit
 * @param spentNanos spent on system keys in the period, in nano-USD
 * @param defaultCeilingCents the monthly ceiling in US cents of everyone who has none;
 * null without one
 * @param defaultEnforcement what happens there
 * @param wanted whether a gateway could not get what it asked of the limit, so that the
 * others give back what they do not use; null from a budget-service that does not lend it
 */
public record InstallationStatus(long version, YearMonth period, Instant periodEnd, @Nullable Long limitCents,
		Enforcement enforcement, NanoUsd spentNanos, @Nullable Long defaultCeilingCents, Enforcement defaultEnforcement,
		@Nullable Boolean wanted) implements EventData {

	/** Of a limit that is not lent. */
	public InstallationStatus(long version, YearMonth period, Instant periodEnd, @Nullable Long limitCents,
			Enforcement enforcement, NanoUsd spentNanos, @Nullable Long defaultCeilingCents,
			Enforcement defaultEnforcement) {
		this(version, period, periodEnd, limitCents, enforcement, spentNanos, defaultCeilingCents, defaultEnforcement,
				null);
	}

	/** The record key; no user id looks like it. */
	public static final String KEY = "installation";

	/** Nobody: the event is about everyone. */
	@Override
	public UserId userId() {
		return UserId.NOBODY;
	}

}
