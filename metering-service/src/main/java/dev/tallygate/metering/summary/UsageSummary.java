package dev.tallygate.metering.summary;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user's month.
 *
 * @param requestCount settled calls but failed ones
 * @param failedRequests calls that no provider answered
 * @param unpricedRequests calls without a price, which add to no cost
 * @param partlyPricedRequests calls of which a part has no price, which adds nothing
 * @param estimatedRequests calls whose tokens a tokenizer counted
 * @param monthlyBudgetCents the limit in US cents; null without one or while it is not
 * known
 * @param asOf when this was read
 */
record UsageSummary(UserId userId, YearMonth period, Instant periodStart, Instant periodEnd, List<ModelUsage> breakdown,
		List<ProviderCost> byProvider, long requestCount, long failedRequests, NanoUsd totalCostNanos,
		String totalCostUsd, long unpricedRequests, long partlyPricedRequests, long estimatedRequests,
		@Nullable Long monthlyBudgetCents, Instant asOf) {

	static UsageSummary of(UserId user, UsagePeriod period, List<UsageSums> sums, @Nullable Long budgetCents,
			Instant now) {
		Map<String, NanoUsd> providers = new LinkedHashMap<>();
		sums.stream()
			.filter(UsageSums::isUsed)
			.forEach((each) -> providers.merge(each.provider(), each.cost(), NanoUsd::plus));
		NanoUsd total = sums.stream().map(UsageSums::cost).reduce(NanoUsd.ZERO, NanoUsd::plus);
		return new UsageSummary(user, period.month(), period.start(), period.end(),
				sums.stream().filter(UsageSums::isUsed).map(ModelUsage::of).sorted(ModelUsage.DEAREST_FIRST).toList(),
				providers.entrySet()
					.stream()
					.map((each) -> ProviderCost.of(each.getKey(), each.getValue()))
					.sorted(ProviderCost.DEAREST_FIRST)
					.toList(),
				sums.stream().mapToLong(UsageSums::requestCount).sum(),
				sums.stream().mapToLong(UsageSums::failedRequests).sum(), total, total.toUsd(),
				sums.stream().mapToLong(UsageSums::unpricedRequests).sum(),
				sums.stream().mapToLong(UsageSums::partlyPricedRequests).sum(),
				sums.stream().mapToLong(UsageSums::estimatedRequests).sum(), budgetCents, now);
	}

	/** What one model was used for; calls without a price add to no cost. */
	record ModelUsage(String provider, String model, long requestCount, long inputTokens, long outputTokens,
			long cacheReadInputTokens, NanoUsd costNanos, String costUsd, long unpricedRequests,
			long partlyPricedRequests) {

		private static final Comparator<ModelUsage> DEAREST_FIRST = Comparator.comparing(ModelUsage::costNanos)
			.reversed()
			.thenComparing(ModelUsage::provider)
			.thenComparing(ModelUsage::model);

		static ModelUsage of(UsageSums sums) {
			return new ModelUsage(sums.provider(), sums.model(), sums.requestCount(), sums.inputTokens(),
					sums.outputTokens(), sums.cacheReadInputTokens(), sums.cost(), sums.cost().toUsd(),
					sums.unpricedRequests(), sums.partlyPricedRequests());
		}

	}

	/** What one provider cost. */
	record ProviderCost(String provider, NanoUsd costNanos, String costUsd) {

		private static final Comparator<ProviderCost> DEAREST_FIRST = Comparator.comparing(ProviderCost::costNanos)
			.reversed()
			.thenComparing(ProviderCost::provider);

		static ProviderCost of(String provider, NanoUsd cost) {
			return new ProviderCost(provider, cost, cost.toUsd());
		}

	}

}
