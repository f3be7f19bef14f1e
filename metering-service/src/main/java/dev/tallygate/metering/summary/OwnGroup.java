package dev.tallygate.metering.summary;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.security.paging.Cursor;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one of a user's keys, agents or tags was used for in a month. An id that is not
 * there means calls without one.
 *
 * @param name of the key, where it is known
 * @param tag as events are asked for by it: {@code team:research}
 */
record OwnGroup(@JsonInclude(Include.NON_NULL) @Nullable UUID apiKeyId,
		@JsonInclude(Include.NON_NULL) @Nullable UUID agentId, @JsonInclude(Include.NON_NULL) @Nullable String name,
		@JsonInclude(Include.NON_NULL) @Nullable String tag, long requestCount, long failedRequests,
		long unpricedRequests, long partlyPricedRequests, long inputTokens, long outputTokens, NanoUsd costNanos,
		String costUsd) {

	static OwnGroup ofKey(Sums sums, ApiKeys names) {
		return of(sums.id(), null, names.nameOf(sums.id()), sums);
	}

	static OwnGroup ofAgent(Sums sums) {
		return of(null, sums.id(), null, sums);
	}

	static OwnGroup ofTag(TagSums sums) {
		NanoUsd cost = new NanoUsd(sums.costNanos());
		return new OwnGroup(null, null, null, sums.name() + ":" + sums.value(), sums.requestCount(),
				sums.failedRequests(), sums.unpricedRequests(), sums.partlyPricedRequests(), sums.inputTokens(),
				sums.outputTokens(), cost, cost.toUsd());
	}

	private static OwnGroup of(@Nullable UUID key, @Nullable UUID agent, @Nullable String name, Sums sums) {
		NanoUsd cost = new NanoUsd(sums.costNanos());
		return new OwnGroup(key, agent, name, null, sums.requestCount(), sums.failedRequests(), sums.unpricedRequests(),
				sums.partlyPricedRequests(), sums.inputTokens(), sums.outputTokens(), cost, cost.toUsd());
	}

	/**
	 * Where a page ends.
	 *
	 * @param costNanos what its last group cost
	 * @param key what that group is; empty for calls that have none
	 */
	record Place(long costNanos, String key) {

		/** Before all. */
		static final Place START = new Place(Long.MAX_VALUE, "");

		static Place parse(List<String> parts) {
			return new Place(Long.parseLong(parts.getFirst()), String.join("\n", parts.subList(1, parts.size())));
		}

		Cursor cursor() {
			return Cursor.of(this.costNanos, this.key);
		}

	}

	/** Aggregates of one of them; null is the id of calls that have none. */
	record Sums(@Nullable UUID id, long requestCount, long failedRequests, long unpricedRequests,
			long partlyPricedRequests, long inputTokens, long outputTokens, long costNanos) {

		Cursor cursor() {
			return new Place(this.costNanos, (this.id != null) ? this.id.toString() : "").cursor();
		}

	}

	/** Aggregates of one tag. */
	record TagSums(String name, String value, long requestCount, long failedRequests, long unpricedRequests,
			long partlyPricedRequests, long inputTokens, long outputTokens, long costNanos) {

		Cursor cursor() {
			return new Place(this.costNanos, this.name + ":" + this.value).cursor();
		}

	}

}
