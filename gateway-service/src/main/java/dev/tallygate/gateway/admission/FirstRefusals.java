package dev.tallygate.gateway.admission;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import java.time.YearMonth;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which limits have refused a user's calls for good: the first refusal of a period is an
 * event, and no other. Guarded by the account's lock.
 */
final class FirstRefusals {

	private final Set<Refused> known = new HashSet<>();

	/** The event; null when there was one. */
	@Nullable BudgetRefused event(UserId user, Wish wish, YearMonth period, Refusal.OverLimit refusal) {
		ApiKeyId key = (refusal.limit() == Limit.KEY) ? wish.apiKey() : null;
		this.known.removeIf((earlier) -> earlier.period().isBefore(period));
		if (!this.known.add(new Refused(period, refusal.limit(), key, refusal.amount().value()))) {
			return null;
		}
		return new BudgetRefused(user, refusal.limit(), period, refusal.amount().value() / NanoUsd.PER_CENT,
				refusal.spent(), refusal.needed(), wish.at(), key, refusal.reserved(), refusal.largestMaxTokens(),
				refusal.periodEnd());
	}

	private record Refused(YearMonth period, Limit limit, @Nullable ApiKeyId apiKey, long amount) {

	}

}
