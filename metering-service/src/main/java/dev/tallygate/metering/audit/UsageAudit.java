package dev.tallygate.metering.audit;

import dev.tallygate.events.NanoUsd;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the books of a month look like.
 *
 * @param whole the ledger and its aggregates agree, everybody's totals too, the last full
 * pass found the same, and no source has a gap
 * @param ledger what the ledger sums up to
 * @param aggregates what the aggregates sum up to
 * @param differences the first rows in which they disagree
 * @param sources what was heard from each source, in whatever month
 * @param deadLetters usage records that could not be taken in, in whatever month
 * @param conflictingDuplicates events of the month that came again with other content;
 * the first of each stands
 */
record UsageAudit(YearMonth period, boolean whole, Sums ledger, Sums aggregates, List<Difference> differences,
		List<Source> sources, long deadLetters, long conflictingDuplicates) {

	static UsageAudit of(YearMonth period, boolean furtherChecks, Sums ledger, Sums aggregates,
			List<Difference> differences, List<Source> sources, long deadLetters, long conflictingDuplicates) {
		boolean whole = furtherChecks && differences.isEmpty() && ledger.equals(aggregates)
				&& sources.stream().allMatch((source) -> source.gaps() == 0);
		return new UsageAudit(period, whole, ledger, aggregates, differences, sources, deadLetters,
				conflictingDuplicates);
	}

	/** Sums over a month. */
	record Sums(long requestCount, long failedRequests, long unpricedRequests, long partlyPricedRequests,
			long estimatedRequests, long inputTokens, long cacheReadInputTokens, long outputTokens, NanoUsd costNanos,
			String costUsd) {

	}

	/** A user, day, model and key in which ledger and aggregates disagree. */
	record Difference(String userId, String day, String provider, String model, @Nullable String apiKeyId,
			NanoUsd ledgerCostNanos, NanoUsd aggregateCostNanos, long ledgerRequestCount, long aggregateRequestCount) {

	}

	/**
	 * What was heard from a gateway's spool.
	 *
	 * @param seqSeen the highest sequence number
	 * @param gaps how many numbers below it (or below the one it stopped at) are missing;
	 * a few while events are under way
	 * @param closed whether it stopped in order and has not been heard since; a source
	 * that is neither closed nor running has vanished
	 */
	record Source(String source, long seqSeen, long gaps, boolean closed) {

	}

}
