package dev.tallygate.events;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One relayed call, finished in whatever way. Its event id is {@code callId}. Token
 * counts are null where the provider did not report them, never 0.
 *
 * @param callId the call
 * @param userId who called
 * @param apiKeyId with which key; null for a caller with a JWT
 * @param keyType the kind of that key
 * @param agentId the agent named by the caller, if any
 * @param conversationId from the header {@code x-tallygate-conversation}
 * @param provider configured name of the provider, such as {@code openai}
 * @param requestModel the model as the caller wrote it; null when the caller named none
 * @param model the provider's model that was called, without the provider's name
 * @param operation which wire operation
 * @param streamed whether the answer was asked for as a stream
 * @param credential whose provider key paid
 * @param status how the call ended
 * @param usageSource where the token counts come from
 * @param inputTokens tokens in, cached ones included
 * @param cacheReadInputTokens of the input, read from the provider's cache
 * @param cacheWriteInputTokens of the input, written to the provider's cache
 * @param outputTokens tokens out, reasoning included
 * @param reasoningOutputTokens of the output, spent on reasoning
 * @param costNanos the cost in nano-USD; null exactly when {@code priced} is false
 * @param priced whether the model had a price
 * @param priceVersion the price table the cost was made with; null when unpriced
 * @param startedAt when the call opened
 * @param finishedAt when the call was over
 * @param period the month the cost counts in, in the budget's time zone at
 * {@code startedAt}
 * @param day the day, in the same zone
 * @param timeToFirstByteMillis from open to the first byte of the provider's answer
 * @param attempts how many times a provider was called, 0 when none could be reached
 * @param httpStatus the provider's last status; null when it gave none
 * @param tags what the caller or the API key named the call by; null when by nothing
 * @param quantities how much of each meter was used, every one more than 0; meters share
 * nothing; null when nothing is known
 * @param basis under which conditions it was served and priced; null when plain
 * @param charges what each meter cost, which sums to {@code costNanos}; null when
 * unpriced
 * @param unpricedMeters what was used but has no price, or is not known; null when all is
 * priced
 * @param repeat whether the client said that it tries again
 */
public record UsageSettled(CallId callId, UserId userId, @Nullable ApiKeyId apiKeyId, @Nullable KeyType keyType,
		@Nullable AgentId agentId, @Nullable String conversationId, String provider, @Nullable String requestModel,
		String model, Operation operation, boolean streamed, Credential credential, Status status,
		UsageSource usageSource, @Nullable Long inputTokens, @Nullable Long cacheReadInputTokens,
		@Nullable Long cacheWriteInputTokens, @Nullable Long outputTokens, @Nullable Long reasoningOutputTokens,
		@Nullable NanoUsd costNanos, boolean priced, @Nullable String priceVersion, Instant startedAt,
		Instant finishedAt, YearMonth period, LocalDate day, @Nullable Long timeToFirstByteMillis, int attempts,
		@Nullable Integer httpStatus, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, String> tags,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, Long> quantities,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UsageBasis basis,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<MeterCharge> charges,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> unpricedMeters,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean repeat) implements UsageEvent {

	public UsageSettled {
		if (priced != (costNanos != null)) {
			throw new IllegalArgumentException("costNanos must be present exactly when priced");
		}
	}

	/**
	 * A call of which only the totals are known.
	 */
	public UsageSettled(CallId callId, UserId userId, @Nullable ApiKeyId apiKeyId, @Nullable KeyType keyType,
			@Nullable AgentId agentId, @Nullable String conversationId, String provider, @Nullable String requestModel,
			String model, Operation operation, boolean streamed, Credential credential, Status status,
			UsageSource usageSource, @Nullable Long inputTokens, @Nullable Long cacheReadInputTokens,
			@Nullable Long cacheWriteInputTokens, @Nullable Long outputTokens, @Nullable Long reasoningOutputTokens,
			@Nullable NanoUsd costNanos, boolean priced, @Nullable String priceVersion, Instant startedAt,
			Instant finishedAt, YearMonth period, LocalDate day, @Nullable Long timeToFirstByteMillis, int attempts,
			@Nullable Integer httpStatus) {
		this(callId, userId, apiKeyId, keyType, agentId, conversationId, provider, requestModel, model, operation,
				streamed, credential, status, usageSource, inputTokens, cacheReadInputTokens, cacheWriteInputTokens,
				outputTokens, reasoningOutputTokens, costNanos, priced, priceVersion, startedAt, finishedAt, period,
				day, timeToFirstByteMillis, attempts, httpStatus, null, null, null, null, null, null);
	}

	/** Whether a part of what was used has no price. */
	@JsonIgnore
	public boolean partlyPriced() {
		return this.priced && this.unpricedMeters != null && !this.unpricedMeters.isEmpty();
	}

	/** How the call ended. */
	public enum Status {

		/** The whole answer was relayed. */
		@JsonProperty("completed")
		COMPLETED,
		/** The provider failed before its first byte; nothing is charged. */
		@JsonProperty("failed")
		FAILED,
		/** The caller left in mid-stream. */
		@JsonProperty("client_disconnected")
		CLIENT_DISCONNECTED,
		/** The provider failed after its first byte. */
		@JsonProperty("interrupted")
		INTERRUPTED,
		/** The gateway died with the call open. */
		@JsonProperty("abandoned")
		ABANDONED

	}

	/** Where the token counts come from. */
	public enum UsageSource {

		/** The provider reported them. */
		@JsonProperty("provider")
		PROVIDER,
		/** A tokenizer counted what was sent and delivered. */
		@JsonProperty("estimated")
		ESTIMATED,
		/** Nothing was used. */
		@JsonProperty("none")
		NONE

	}

	/** Which wire operation was called. */
	public enum Operation {

		/** OpenAI chat completions. */
		@JsonProperty("chat")
		CHAT,
		/** Anthropic messages. */
		@JsonProperty("messages")
		MESSAGES,
		/** OpenAI responses. */
		@JsonProperty("responses")
		RESPONSES,
		/** OpenAI embeddings. */
		@JsonProperty("embeddings")
		EMBEDDINGS

	}

}
