package dev.tallygate.gateway.completion.relay;

import dev.tallygate.events.CallId;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.Tokenizer;
import dev.tallygate.gateway.dialect.WireRequest;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.Usage;
import dev.tallygate.gateway.usage.OpenCall;
import dev.tallygate.gateway.usage.OpenCall.Progress;
import dev.tallygate.gateway.usage.Settlement;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes one call in the books: with what the provider reported, or else with what a
 * tokenizer makes of what was sent and delivered.
 */
final class Books {

	/** More is no prompt's. */
	private static final long MOST = 1_000_000_000_000L;

	private final OpenCall call;

	private final WireRequest request;

	private final Tokenizer tokenizer;

	private final long maxCounted;

	private final long openedAt = System.nanoTime();

	private @Nullable Long firstByteMillis;

	private int attempts;

	private @Nullable Integer status;

	private Usage charged = Usage.NONE;

	Books(OpenCall call, WireRequest request, Tokenizer tokenizer, long maxCounted) {
		this.call = call;
		this.request = request;
		this.tokenizer = tokenizer;
		this.maxCounted = maxCounted;
	}

	/** Which call it is. */
	CallId callId() {
		return this.call.id();
	}

	/** About so many tokens were delivered by now. */
	Progress delivered(long outputTokens) {
		return this.call.delivered(outputTokens);
	}

	/** What it is priced by; null when its model has no price. */
	@Nullable CallPrice price() {
		return this.call.opened().price();
	}

	/** What the closed call costs; null when its model has no price. */
	@Nullable NanoUsd cost() {
		return this.call.rate(this.charged).cost();
	}

	/** How many tokens the closed call took, in and out. */
	long tokens() {
		Long input = this.charged.inputTokens();
		Long output = this.charged.outputTokens();
		return ((input != null) ? input : 0) + ((output != null) ? output : 0);
	}

	/** How many tokens these are, in and out; null when a side is not known. */
	static @Nullable Long total(@Nullable Usage usage) {
		Long input = (usage != null) ? usage.inputTokens() : null;
		Long output = (usage != null) ? usage.outputTokens() : null;
		return (input != null && output != null) ? Long.valueOf(Math.min(input, MOST) + Math.min(output, MOST)) : null;
	}

	/** Whether anything was used, as far as is told. */
	static boolean anything(@Nullable Usage usage) {
		return usage != null && usage.quantities().toMap().values().stream().anyMatch((count) -> count > 0);
	}

	/** How many go into a call that goes on from the closed one; null when not known. */
	@Nullable Long carried() {
		return total(this.charged);
	}

	/** How many of them came out; null when not known. */
	@Nullable Long carriedOutput() {
		return this.charged.outputTokens();
	}

	/** A provider is called once more. */
	void attempted() {
		this.attempts++;
	}

	int attempts() {
		return this.attempts;
	}

	/** The head of an answer is here. */
	void answered(int providerStatus) {
		this.status = providerStatus;
		this.firstByteMillis = sinceOpened();
	}

	/** No provider answered, or with a refusal only: nothing is charged. */
	void failed() {
		settle(Settlement.failed(Instant.now(), this.attempts, this.status));
	}

	/** No provider was asked. */
	void voided() {
		this.call.voided();
	}

	/**
	 * An answer ended in whatever way. A 0 beside text is not reported; a side that was
	 * not reported is estimated, the output of an answer that was cut too where nothing
	 * of it arrived. Pictures that the report does not tell from text are told apart.
	 */
	void ended(Status how, @Nullable Usage reported, DeliveredText delivered) {
		boolean text = delivered.roughTokens() > 0;
		Usage told = (reported == null) ? Usage.NONE : withPictures(text ? reported.besideText() : reported, delivered);
		Long input = (told.inputTokens() == null) ? Long.valueOf(estimatedInput()) : null;
		boolean written = text || told.isEmpty() || how != Status.COMPLETED;
		Long output = (told.outputTokens() == null && written) ? Long.valueOf(delivered.tokens(this.tokenizer)) : null;
		boolean whole = input == null && output == null;
		settle(new Settlement(how, whole ? UsageSource.PROVIDER : UsageSource.ESTIMATED,
				whole ? told : told.completedBy(input, output), Instant.now(), this.firstByteMillis, this.attempts,
				this.status));
	}

	private Usage withPictures(Usage told, DeliveredText delivered) {
		CallPrice price = price();
		return (price != null && price.row().makesPictures())
				? told.withPicturesBeyond(delivered.tokens(this.tokenizer)) : told;
	}

	/** What comes after the first end changes nothing. */
	private void settle(Settlement settlement) {
		if (this.call.settle(settlement)) {
			this.charged = settlement.usage();
		}
	}

	/** Whether the text of the request may still be wanted. */
	boolean countsRequest() {
		return this.request.length() <= this.maxCounted;
	}

	private long estimatedInput() {
		long whole = this.call.opened().request().demand().inputTokens();
		long attached = Math.max(0, whole - this.request.inputTokens());
		return countsRequest() ? this.tokenizer.applyAsLong(this.request.inputText()) + attached : whole;
	}

	private long sinceOpened() {
		return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.openedAt);
	}

}
