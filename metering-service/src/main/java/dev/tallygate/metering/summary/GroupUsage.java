package dev.tallygate.metering.summary;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tallygate.events.NanoUsd;
import org.jspecify.annotations.Nullable;

/**
 * What one group of everybody's usage comes to. Of the first seven only those that the
 * group is by are there; a key, agent or value that is not there means calls without one.
 */
record GroupUsage(@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String userId,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String provider,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String model,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String apiKeyId,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String agentId,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String tag,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String value, long requestCount, long failedRequests,
		long unpricedRequests, long partlyPricedRequests, long estimatedRequests, long inputTokens, long outputTokens,
		long cacheReadInputTokens, NanoUsd costNanos, String costUsd) {

	static GroupUsage of(GroupBy by, GroupSums sums) {
		String name = sums.groupKey().isEmpty() ? null : sums.groupKey().substring(1);
		return switch (by) {
			case GroupBy.User _ -> of(name, null, null, null, null, null, null, sums);
			case GroupBy.Provider _ -> of(null, name, null, null, null, null, null, sums);
			case GroupBy.Model _ -> ofModel(String.valueOf(name), sums);
			case GroupBy.Key _ -> of(null, null, null, name, null, null, null, sums);
			case GroupBy.Agent _ -> of(null, null, null, null, name, null, null, sums);
			case GroupBy.Tag tag -> of(null, null, null, null, null, tag.name(), name, sums);
		};
	}

	private static GroupUsage ofModel(String name, GroupSums sums) {
		int colon = name.indexOf(':');
		return of(null, name.substring(0, colon), name.substring(colon + 1), null, null, null, null, sums);
	}

	private static GroupUsage of(@Nullable String userId, @Nullable String provider, @Nullable String model,
			@Nullable String apiKeyId, @Nullable String agentId, @Nullable String tag, @Nullable String value,
			GroupSums sums) {
		NanoUsd cost = new NanoUsd(sums.costNanos());
		return new GroupUsage(userId, provider, model, apiKeyId, agentId, tag, value, sums.requestCount(),
				sums.failedRequests(), sums.unpricedRequests(), sums.partlyPricedRequests(), sums.estimatedRequests(),
				sums.inputTokens(), sums.outputTokens(), sums.cacheReadInputTokens(), cost, cost.toUsd());
	}

	/**
	 * Aggregates of a group.
	 *
	 * @param groupKey "=" and what the group is; empty for calls that have none
	 */
	record GroupSums(String groupKey, long requestCount, long failedRequests, long unpricedRequests,
			long partlyPricedRequests, long estimatedRequests, long inputTokens, long outputTokens,
			long cacheReadInputTokens, long costNanos) {

		/** What is left of this without the other. */
		GroupSums minus(GroupSums other) {
			return new GroupSums(this.groupKey, this.requestCount - other.requestCount,
					this.failedRequests - other.failedRequests, this.unpricedRequests - other.unpricedRequests,
					this.partlyPricedRequests - other.partlyPricedRequests,
					this.estimatedRequests - other.estimatedRequests, this.inputTokens - other.inputTokens,
					this.outputTokens - other.outputTokens, this.cacheReadInputTokens - other.cacheReadInputTokens,
					this.costNanos - other.costNanos);
		}

		/** Whether there is anything to tell. */
		boolean isUsed() {
			return this.requestCount != 0 || this.failedRequests != 0 || this.costNanos != 0;
		}

	}

}
