package dev.tallygate.simulator;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call, as the provider saw it.
 *
 * @param seq position in the bill, from 1
 * @param provider under which provider's path it came
 * @param operation {@code chat}, {@code messages} or {@code embeddings}
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
 */
public record BillRow(long seq, String provider, String operation, String model, boolean streamed,
		@Nullable String requestId, String keyFingerprint, long inputTokens, long cachedInputTokens,
		long cacheWriteInputTokens, long outputTokens, long reasoningTokens, Outcome outcome, int httpStatus,
		boolean billed, Instant startedAt, Instant finishedAt) {

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
