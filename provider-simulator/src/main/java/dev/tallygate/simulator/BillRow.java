package dev.tallygate.simulator;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tallygate.simulator.call.Iteration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call, as the provider saw it.
 *
 * @param seq position in the bill, from 1
 * @param provider under which provider's path it came
 * @param operation {@code chat}, {@code messages}, {@code responses} or
 * {@code embeddings}
 * @param model the model as asked for
 * @param streamed whether the answer came as events
 * @param requestId what came as {@code x-client-request-id}
 * @param keyFingerprint of the key it came with, never the key
 * @param inputTokens tokens in, of which {@code cachedInputTokens} and
 * {@code cacheWriteInputTokens}; 0 when not billed
 * @param outputTokens tokens generated, of which {@code reasoningTokens}
 * @param outcome how it ended
 * @param httpStatus the status it was answered with, 0 without an answer
 * @param billed whether it costs anything: some of its answer was generated
 * @param startedAt when it came
 * @param finishedAt when it was over
 * @param meters the same tokens by kind, each in one of them, and what else is charged;
 * null in rows of an earlier version
 * @param basis what the price depends on: the model that answered, tier, region, speed
 * @param iterations what was generated beside the answer, each at its own model
 * @param usage the usage that was reported word for word, if one was told
 */
public record BillRow(long seq, String provider, String operation, String model, boolean streamed,
		@Nullable String requestId, String keyFingerprint, long inputTokens, long cachedInputTokens,
		long cacheWriteInputTokens, long outputTokens, long reasoningTokens, Outcome outcome, int httpStatus,
		boolean billed, Instant startedAt, Instant finishedAt, @Nullable Map<String, Long> meters,
		@Nullable Map<String, String> basis, @Nullable List<Iteration> iterations, @Nullable String usage) {

	/** How a call ended. */
	public enum Outcome {

		/** Answered in full. */
		@JsonProperty("completed")
		COMPLETED,
		/** The caller left. */
		@JsonProperty("aborted")
		ABORTED,
		/** The simulator broke it, as told. */
		@JsonProperty("faulted")
		FAULTED,
		/** Answered with an error. */
		@JsonProperty("refused")
		REFUSED

	}

}
