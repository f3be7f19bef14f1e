package dev.tallygate.events;

import java.time.Instant;
import java.time.YearMonth;
import java.util.UUID;

/**
 * What travels on {@link Topics#ALERTS}. The event id is the alert's id.
 */
public sealed interface BudgetAlert extends EventData {

	/** The alert's id, the same on every delivery. */
	UUID id();

	/** The budget period in which it happened. */
	YearMonth period();

	/** The limit's amount in US cents. */
	long limitCents();

	/** What was spent then, in nano-USD. */
	NanoUsd spentNanos();

	/** When it was found. */
	Instant triggeredAt();

	/**
	 * Spend reached a threshold of the limit.
	 *
	 * @param threshold percent of the limit, 1 to 100
	 */
	record ThresholdCrossed(UUID id, UserId userId, YearMonth period, int threshold, long limitCents,
			NanoUsd spentNanos, Instant triggeredAt) implements BudgetAlert {

	}

	/**
	 * A gateway refused a call over this limit.
	 */
	record Exceeded(UUID id, UserId userId, YearMonth period, long limitCents, NanoUsd spentNanos,
			Instant triggeredAt) implements BudgetAlert {

	}

	/**
	 * The billing account has no credits left in this cycle; {@code limitCents} are the
	 * credits it had.
	 *
	 * @param cycleStart start of the billing cycle
	 */
	record CreditsExhausted(UUID id, UserId userId, YearMonth period, Instant cycleStart, long limitCents,
			NanoUsd spentNanos, Instant triggeredAt) implements BudgetAlert {

	}

}
