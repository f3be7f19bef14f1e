package dev.tallygate.events;

import java.time.Instant;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * The first call of a user, period and limit that a gateway refused with 402 for good. It
 * has no sequence number: nothing was relayed.
 *
 * @param userId who was refused
 * @param limit which limit stood in the way
 * @param period the period of the limit
 * @param limitCents its amount in US cents
 * @param spentNanos what was spent then, as the gateway knew it, in nano-USD
 * @param neededNanos what the call needed, in nano-USD; null when not known beforehand
 * @param refusedAt when
 */
public record BudgetRefused(UserId userId, Limit limit, YearMonth period, long limitCents, NanoUsd spentNanos,
		@Nullable NanoUsd neededNanos, Instant refusedAt) implements UsageEvent {

}
