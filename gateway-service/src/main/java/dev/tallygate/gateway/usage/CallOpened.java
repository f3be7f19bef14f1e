package dev.tallygate.gateway.usage;

import dev.tallygate.events.CallId;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled;
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
 * @param request what was asked
 * @param price what the model costs; null when it has no price
 * @param priceVersion the table the price is from; null when it has no price
 * @param startedAt when the call opened
 * @param day the day its cost counts in, in the time zone of the user's budget
 */
public record CallOpened(CallId callId, CallRequest request, @Nullable ModelPrice price, @Nullable String priceVersion,
		Instant startedAt, LocalDate day) {

	public CallOpened {
		if ((price == null) != (priceVersion == null)) {
			throw new IllegalArgumentException("a price and its version come together");
		}
	}

	/** The month its cost counts in. */
	public YearMonth period() {
		return YearMonth.from(this.day);
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
		CallRequest asked = this.request;
		return new UsageSettled(this.callId, asked.userId(), asked.apiKeyId(), asked.keyType(), asked.agentId(),
				asked.conversationId(), asked.provider(), asked.requestModel(), asked.model(), asked.operation(),
				asked.streamed(), asked.credential(), settlement.status(), settlement.usageSource(), counts.input(),
				counts.cacheRead(), counts.cacheWrite(), counts.output(), counts.reasoning(), costOf(counts),
				this.price != null, this.priceVersion, this.startedAt, settlement.finishedAt(), period(), this.day,
				settlement.timeToFirstByteMillis(), settlement.attempts(), settlement.httpStatus());
	}

}
