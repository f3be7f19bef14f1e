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
 * @param apiKeyId the key whose budget stood in the way; null for other limits
 * @param heldNanos what open calls held of the limit then, in nano-USD; null when not
 * told
 * @param largestMaxTokens the largest {@code max_tokens} with which the call would have
 * been admitted; null when none would
 * @param resetsAt when the limit starts anew; null when it never does
 */
public record BudgetRefused(UserId userId, Limit limit, YearMonth period, long limitCents, NanoUsd spentNanos,
		@Nullable NanoUsd neededNanos, Instant refusedAt, @Nullable ApiKeyId apiKeyId, @Nullable NanoUsd heldNanos,
		@Nullable Long largestMaxTokens, @Nullable Instant resetsAt) implements UsageEvent {

	/**
	 * A refusal over a limit that is not a key's, of which nothing more is known.
	 */
	public BudgetRefused(UserId userId, Limit limit, YearMonth period, long limitCents, NanoUsd spentNanos,
			@Nullable NanoUsd neededNanos, Instant refusedAt) {
		this(userId, limit, period, limitCents, spentNanos, neededNanos, refusedAt, null, null, null, null);
	}

}
