package dev.tallygate.gateway.usage;

import dev.tallygate.events.CallId;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.pricing.RatedUsage;
import dev.tallygate.pricing.Usage;
import dev.tallygate.security.trace.Span;
import java.util.Locale;

/**
 * A call whose span ends with it and tells what its usage event tells.
 *
 * @param call the call
 * @param span its span
 */
record TracedCall(OpenCall call, Span span) implements OpenCall {

	@Override
	public CallId id() {
		return this.call.id();
	}

	@Override
	public CallOpened opened() {
		return this.call.opened();
	}

	@Override
	public RatedUsage rate(Usage usage) {
		return this.call.rate(usage);
	}

	@Override
	public Progress delivered(long outputTokens) {
		return this.call.delivered(outputTokens);
	}

	@Override
	public boolean settle(Settlement settlement) {
		boolean ended = this.call.settle(settlement);
		if (ended && this.span.isRecording()) {
			tell(settlement);
		}
		return ended;
	}

	private void tell(Settlement settlement) {
		Usage usage = settlement.usage();
		this.span.put(GenAiAttributes.INPUT_TOKENS, usage.inputTokens());
		this.span.put(GenAiAttributes.OUTPUT_TOKENS, usage.outputTokens());
		this.span.put(GenAiAttributes.CACHE_READ_TOKENS, usage.cacheReadTokens());
		this.span.put(GenAiAttributes.CACHE_WRITE_TOKENS, usage.cacheWriteTokens());
		this.span.put(GenAiAttributes.REASONING_TOKENS, usage.reasoningTokens());
		RatedUsage rated = this.call.rate(usage);
		NanoUsd cost = rated.cost();
		this.span.put(GenAiAttributes.COST_NANOS, (cost != null) ? Long.valueOf(cost.value()) : null);
		this.span.put(GenAiAttributes.PRICE_VERSION, opened().priceVersion());
		this.span.put(GenAiAttributes.SERVICE_TIER, (rated.basis() != null) ? rated.basis().serviceTier() : null);
		this.span.put(GenAiAttributes.STATUS, word(settlement.status()));
		this.span.put(GenAiAttributes.USAGE_SOURCE, word(settlement.usageSource()));
		this.span.put(GenAiAttributes.ATTEMPTS, Long.valueOf(settlement.attempts()));
		this.span.put(GenAiAttributes.FIRST_BYTE_MILLIS, settlement.timeToFirstByteMillis());
		Integer status = settlement.httpStatus();
		this.span.put(GenAiAttributes.PROVIDER_STATUS, (status != null) ? Long.valueOf(status) : null);
		if (settlement.status() == Status.COMPLETED) {
			this.span.put(GenAiAttributes.RESPONSE_MODEL, opened().request().model());
		}
		else {
			this.span.failed((settlement.status() == Status.FAILED && status != null) ? status.toString()
					: word(settlement.status()));
		}
	}

	@Override
	public boolean voided() {
		boolean ended = this.call.voided();
		if (ended) {
			this.span.failed("not_asked");
		}
		return ended;
	}

	@Override
	public void close() {
		try {
			this.call.close();
		}
		finally {
			this.span.close();
		}
	}

	/** As the events write it. */
	static String word(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

}
