package dev.tallygate.metering.summary;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tallygate.events.NanoUsd;
import org.jspecify.annotations.Nullable;

/**
 * What one group of everybody's usage comes to. Of the first five only those that the
 * group is by are there; a key or agent that is not there means calls without one.
 */
record GroupUsage(@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String userId,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String provider,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String model,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String apiKeyId,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String agentId, long requestCount, long failedRequests,
		long unpricedRequests, long estimatedRequests, long inputTokens, long outputTokens, long cacheReadInputTokens,
		NanoUsd costNanos, String costUsd) {

	static GroupUsage of(GroupBy by, GroupSums sums) {
		String name = sums.groupKey().substring(1);
		int colon = name.indexOf(':');
		return switch (by) {
			case USER -> of(name, null, null, null, null, sums);
			case PROVIDER -> of(null, name, null, null, null, sums);
			case MODEL -> of(null, name.substring(0, colon), name.substring(colon + 1), null, null, sums);
			case KEY -> of(null, null, null, name.isEmpty() ? null : name, null, sums);
			case AGENT -> of(null, null, null, null, name.isEmpty() ? null : name, sums);
		};
	}

	private static GroupUsage of(@Nullable String userId, @Nullable String provider, @Nullable String model,
			@Nullable String apiKeyId, @Nullable String agentId, GroupSums sums) {
		NanoUsd cost = new NanoUsd(sums.costNanos());
		return new GroupUsage(userId, provider, model, apiKeyId, agentId, sums.requestCount(), sums.failedRequests(),
				sums.unpricedRequests(), sums.estimatedRequests(), sums.inputTokens(), sums.outputTokens(),
				sums.cacheReadInputTokens(), cost, cost.toUsd());
	}

	/** Aggregates of a group. */
	record GroupSums(String groupKey, long requestCount, long failedRequests, long unpricedRequests,
			long estimatedRequests, long inputTokens, long outputTokens, long cacheReadInputTokens, long costNanos) {

	}

}
