package dev.tallygate.gateway.usage;

import dev.tallygate.events.CallId;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.RatedUsage;
import dev.tallygate.pricing.Usage;
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
public record CallOpened(CallId callId, CallRequest request, @Nullable CallPrice price, @Nullable String priceVersion,
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
	 * What a usage costs in this call, and why.
	 */
	public RatedUsage rate(Usage usage) {
		return (this.price != null) ? this.price.rate(usage, this.request.model(), this.startedAt)
				: RatedUsage.unpriced(usage);
	}

	/**
	 * The event of this call when it ends as {@code settlement} says.
	 */
	public UsageSettled settled(Settlement settlement) {
		return settled(settlement, rate(settlement.usage()));
	}

	/**
	 * The same, with what {@link #rate} said of its usage.
	 */
	public UsageSettled settled(Settlement settlement, RatedUsage rated) {
		Usage usage = settlement.usage();
		CallRequest asked = this.request;
		return new UsageSettled(this.callId, asked.userId(), asked.apiKeyId(), asked.keyType(), asked.agentId(),
				asked.conversationId(), asked.provider(), asked.requestModel(), asked.model(), asked.operation(),
				asked.streamed(), asked.credential(), settlement.status(), settlement.usageSource(),
				usage.inputTokens(), usage.cacheReadTokens(), usage.cacheWriteTokens(), usage.outputTokens(),
				usage.reasoningTokens(), rated.cost(), rated.cost() != null, this.priceVersion, this.startedAt,
				settlement.finishedAt(), period(), this.day, settlement.timeToFirstByteMillis(), settlement.attempts(),
				settlement.httpStatus(), asked.tags().isEmpty() ? null : asked.tags(),
				rated.quantities().isEmpty() ? null : rated.quantities(), rated.basis(), rated.charges(),
				rated.unpricedMeters().isEmpty() ? null : rated.unpricedMeters(), asked.repeat() ? Boolean.TRUE : null);
	}

}
