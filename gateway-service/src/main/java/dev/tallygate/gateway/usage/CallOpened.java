package dev.tallygate.gateway.usage;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.CallId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.pricing.ModelPrice;
import dev.tallygate.gateway.pricing.TokenCounts;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of a call when it opens: enough to settle it without anything
 * else, should the gateway die.
 *
 * @param callId the call
 * @param userId who calls
 * @param apiKeyId with which key; null for a caller with a JWT
 * @param keyType the kind of that key
 * @param agentId the agent named by the caller, if any
 * @param conversationId as the caller names it
 * @param provider configured name of the provider
 * @param requestModel the model as the caller wrote it
 * @param model the provider's model to call
 * @param operation which wire operation
 * @param streamed whether the answer was asked for as a stream
 * @param credential whose provider key pays
 * @param inputTokens the estimated input
 * @param price what the model costs; null when it has no price
 * @param priceVersion the table the price is from; null when it has no price
 * @param startedAt when the call opened
 * @param period the month the cost counts in
 * @param day the day, in the same time zone
 */
public record CallOpened(CallId callId, UserId userId, @Nullable ApiKeyId apiKeyId, @Nullable KeyType keyType,
		@Nullable AgentId agentId, @Nullable String conversationId, String provider, @Nullable String requestModel,
		String model, Operation operation, boolean streamed, Credential credential, long inputTokens,
		@Nullable ModelPrice price, @Nullable String priceVersion, Instant startedAt, YearMonth period, LocalDate day) {

	public CallOpened {
		if ((price == null) != (priceVersion == null)) {
			throw new IllegalArgumentException("a price and its version come together");
		}
	}

	/**
	 * What {@code counts} cost in this call, or null when the model has no price.
	 */
	public @Nullable NanoUsd costOf(TokenCounts counts) {
		return (this.price == null) ? null : this.price.cost(counts);
	}

	/**
	 * The event of this call when it ends as {@code settlement} says.
	 */
	public UsageSettled settled(Settlement settlement) {
		TokenCounts counts = settlement.counts();
		return new UsageSettled(this.callId, this.userId, this.apiKeyId, this.keyType, this.agentId,
				this.conversationId, this.provider, this.requestModel, this.model, this.operation, this.streamed,
				this.credential, settlement.status(), settlement.usageSource(), counts.input(), counts.cacheRead(),
				counts.cacheWrite(), counts.output(), counts.reasoning(), costOf(counts), this.price != null,
				this.priceVersion, this.startedAt, settlement.finishedAt(), this.period, this.day,
				settlement.timeToFirstByteMillis(), settlement.attempts(), settlement.httpStatus());
	}

}
