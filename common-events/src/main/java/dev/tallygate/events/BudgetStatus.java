package dev.tallygate.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a user stands, as the budget-service knows it.
 *
 * @param userId the user
 * @param version grows with every change of this user's status
 * @param timeZone IANA zone of the period
 * @param period the period {@code spentNanos} belongs to
 * @param periodEnd its exclusive end
 * @param limitCents the binding limit in US cents; null without a limit
 * @param binding which limit binds; null without a limit
 * @param enforcement what happens at the limit
 * @param spentNanos spent in the period, in nano-USD
 * @param billingCycleStart start of the billing cycle
 * @param billingCycleEnd its exclusive end
 * @param creditsIncluded credits (US cents) in the plan each cycle
 * @param creditsGranted remaining granted credits at the start of the cycle
 * @param creditsUsedNanos spent on system keys in the cycle, in nano-USD
 * @param applied per usage source, the last sequence number of this user that is included
 */
public record BudgetStatus(UserId userId, long version, String timeZone, YearMonth period, Instant periodEnd,
		@Nullable Long limitCents, @Nullable Limit binding, Enforcement enforcement, NanoUsd spentNanos,
		Instant billingCycleStart, Instant billingCycleEnd, long creditsIncluded, long creditsGranted,
		NanoUsd creditsUsedNanos, Map<String, Long> applied) implements EventData {

	public BudgetStatus {
		applied = Map.copyOf(applied);
	}

	/** What happens at the limit. */
	public enum Enforcement {

		/** Calls are refused. */
		@JsonProperty("hard")
		HARD,
		/** Alerts only. */
		@JsonProperty("soft")
		SOFT

	}

}
