package dev.tallygate.metering.summary;

import dev.tallygate.events.NanoUsd;

/**
 * Aggregates of one provider and model.
 */
record UsageSums(String provider, String model, long requestCount, long failedRequests, long unpricedRequests,
		long partlyPricedRequests, long estimatedRequests, long inputTokens, long outputTokens,
		long cacheReadInputTokens, long costNanos) {

	NanoUsd cost() {
		return new NanoUsd(this.costNanos);
	}

	/** Whether there is more to tell than that calls failed. */
	boolean isUsed() {
		return this.requestCount > 0 || this.costNanos != 0;
	}

}
