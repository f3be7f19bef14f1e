package dev.tallygate.console.usage;

import dev.tallygate.console.Dollars;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A month's usage, as metering-service tells it.
 *
 * @param period such as {@code 2026-11}
 * @param breakdown one row per provider and model
 * @param requestCount settled calls, failed ones left out
 * @param failedRequests calls that failed before their first byte; they cost nothing
 * @param totalCostNanos what the priced calls cost, nano-USD
 * @param unpricedRequests calls whose price is unknown; in no cost
 * @param partlyPricedRequests calls of which a part has no price; the rest is in the cost
 * @param estimatedRequests calls whose tokens are estimated
 * @param asOf how fresh this is
 */
record UsageSummary(String period, @Nullable Instant periodStart, @Nullable Instant periodEnd,
		@Nullable List<ModelUsage> breakdown, @Nullable List<ProviderCost> byProvider, long requestCount,
		long failedRequests, long totalCostNanos, long unpricedRequests, long partlyPricedRequests,
		long estimatedRequests, @Nullable Instant asOf) {

	/** The providers, dearest first. */
	List<ProviderCost> providers() {
		return (this.byProvider == null) ? List.of()
				: this.byProvider.stream().sorted((a, b) -> Long.compare(b.costNanos(), a.costNanos())).toList();
	}

	/** The rows, dearest first. */
	List<ModelUsage> rows() {
		return (this.breakdown == null) ? List.of()
				: this.breakdown.stream()
					.sorted((a, b) -> (a.costNanos() != b.costNanos()) ? Long.compare(b.costNanos(), a.costNanos())
							: Long.compare(b.requestCount(), a.requestCount()))
					.toList();
	}

	/** Whether anything was called at all. */
	boolean unused() {
		return this.requestCount == 0 && this.failedRequests == 0;
	}

	long inputTokens() {
		return rows().stream().mapToLong(ModelUsage::inputTokens).sum();
	}

	long outputTokens() {
		return rows().stream().mapToLong(ModelUsage::outputTokens).sum();
	}

	/**
	 * What one provider cost.
	 */
	record ProviderCost(@Nullable String provider, long costNanos) {

	}

	/**
	 * What one model was used for.
	 */
	record ModelUsage(@Nullable String provider, @Nullable String model, long requestCount, long inputTokens,
			long outputTokens, long cacheReadInputTokens, long costNanos, long unpricedRequests,
			long partlyPricedRequests) {

		/** Never $0.00 for what has no price. */
		String cost() {
			return Dollars.ofCalls(this.costNanos, this.requestCount, this.unpricedRequests, this.partlyPricedRequests);
		}

	}

}
