package dev.tallygate.events;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What travels on {@link Topics#ALERTS}. The event id is the alert's id.
 */
public sealed interface BudgetAlert extends EventData {

	/** The alert's id, the same on every delivery. */
	UUID id();

	/** The budget period in which it happened. */
	YearMonth period();

	/** The limit's amount in US cents; 0 where no limit is meant. */
	default long limitCents() {
		return 0;
	}

	/** What was spent then, in nano-USD; 0 where no limit is meant. */
	default NanoUsd spentNanos() {
		return NanoUsd.ZERO;
	}

	/** Which limit it is about; null where none is, or none was told. */
	default @Nullable Limit limit() {
		return null;
	}

	/** The API key it is about; null where none is. */
	default @Nullable ApiKeyId apiKeyId() {
		return null;
	}

	/** When it was found. */
	Instant triggeredAt();

	/**
	 * Spend reached a threshold of the limit.
	 *
	 * @param threshold percent of the limit, 1 to 1000
	 * @param limit which limit; null from an older budget-service
	 * @param apiKeyId the key whose budget it is; null for other limits
	 * @param window the key budget's own period, such as a day; null for other limits
	 */
	record ThresholdCrossed(UUID id, UserId userId, YearMonth period, int threshold, long limitCents,
			NanoUsd spentNanos, Instant triggeredAt, @Nullable Limit limit, @Nullable ApiKeyId apiKeyId,
			@Nullable String window) implements BudgetAlert {

		/**
		 * About the monthly limit of a user.
		 */
		public ThresholdCrossed(UUID id, UserId userId, YearMonth period, int threshold, long limitCents,
				NanoUsd spentNanos, Instant triggeredAt) {
			this(id, userId, period, threshold, limitCents, spentNanos, triggeredAt, null, null, null);
		}

	}

	/**
	 * All of the limit is spent.
	 *
	 * @param limit which limit; null from an older budget-service
	 * @param apiKeyId the key whose budget it is; null for other limits
	 * @param window the key budget's own period, such as a day; null for other limits
	 */
	record Exceeded(UUID id, UserId userId, YearMonth period, long limitCents, NanoUsd spentNanos, Instant triggeredAt,
			@Nullable Limit limit, @Nullable ApiKeyId apiKeyId, @Nullable String window) implements BudgetAlert {

		/**
		 * About the monthly limit of a user.
		 */
		public Exceeded(UUID id, UserId userId, YearMonth period, long limitCents, NanoUsd spentNanos,
				Instant triggeredAt) {
			this(id, userId, period, limitCents, spentNanos, triggeredAt, null, null, null);
		}

	}

	/**
	 * A gateway refused a call for good: it needed more than was left.
	 *
	 * @param neededNanos what the call needed, in nano-USD; null when not known
	 * @param leftNanos what was left, in nano-USD
	 * @param limit which limit
	 * @param apiKeyId the key whose budget it is; null for other limits
	 * @param heldNanos what open calls held of the limit, in nano-USD; null when not told
	 * @param largestMaxTokens the largest {@code max_tokens} that would have fitted; null
	 * when none would
	 * @param resetsAt when the limit starts anew; null when it never does
	 */
	record CallRefused(UUID id, UserId userId, YearMonth period, long limitCents, NanoUsd spentNanos,
			Instant triggeredAt, @Nullable NanoUsd neededNanos, NanoUsd leftNanos, Limit limit,
			@Nullable ApiKeyId apiKeyId, @Nullable NanoUsd heldNanos, @Nullable Long largestMaxTokens,
			@Nullable Instant resetsAt) implements BudgetAlert {

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

	/**
	 * The same prompt came from one key again and again.
	 *
	 * @param apiKeyId the key; null for a caller with a JWT
	 * @param day on which it happened: there is one alert a day
	 * @param count how often within a minute
	 */
	record CallsRepeating(UUID id, UserId userId, YearMonth period, @Nullable ApiKeyId apiKeyId, LocalDate day,
			int count, Instant triggeredAt) implements BudgetAlert {

	}

	/**
	 * A model without a price was called for the first time.
	 *
	 * @param userId who called it
	 * @param provider its provider
	 * @param model its name
	 */
	record ModelUnpriced(UUID id, UserId userId, YearMonth period, String provider, String model,
			Instant triggeredAt) implements BudgetAlert {

	}

	/**
	 * A provider did not accept the operator's key.
	 *
	 * @param userId nobody
	 * @param provider which
	 * @param day on which it happened: there is one alert a day
	 */
	record SystemKeyRejected(UUID id, UserId userId, YearMonth period, String provider, LocalDate day,
			Instant triggeredAt) implements BudgetAlert {

	}

}
