package dev.tallygate.gateway.admission;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.admission.Need.How;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.Quantities;
import dev.tallygate.pricing.Reach;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call somebody wants to make.
 *
 * @param userId who
 * @param apiKey with which key; null for a caller without one
 * @param provider the provider
 * @param model its model
 * @param price what the model costs; null when it has no price
 * @param credential whose provider key pays
 * @param inputTokens the estimated input
 * @param maxOutputTokens the most output tokens of one choice; null when open-ended
 * @param choices how many choices were asked for
 * @param grows whether its hold grows with what is delivered: it is streamed, and nobody
 * chose a limit on its output
 * @param reach what it may be charged for beside plain text
 * @param at when
 */
public record Wish(UserId userId, @Nullable ApiKeyId apiKey, String provider, String model, @Nullable CallPrice price,
		Credential credential, long inputTokens, @Nullable Long maxOutputTokens, int choices, boolean grows,
		Reach reach, Instant at) {

	/** A wish for plain text. */
	public Wish(UserId userId, @Nullable ApiKeyId apiKey, String provider, String model, @Nullable CallPrice price,
			Credential credential, long inputTokens, @Nullable Long maxOutputTokens, int choices, boolean grows,
			Instant at) {
		this(userId, apiKey, provider, model, price, credential, inputTokens, maxOutputTokens, choices, grows,
				Reach.PLAIN, at);
	}

	/** How the provider and model are told apart from others. */
	String target() {
		return this.provider + ':' + this.model;
	}

	/** The same call, holding all it may cost from the start. */
	Wish heldInFull() {
		return this.grows ? new Wish(this.userId, this.apiKey, this.provider, this.model, this.price, this.credential,
				this.inputTokens, this.maxOutputTokens, this.choices, false, this.reach, this.at) : this;
	}

	/** Whether no call of the model costs anything. */
	boolean isFree() {
		return this.price != null && this.price.isFree();
	}

	/**
	 * What the call needs of a limit.
	 * @param meanOutput what this user's calls of the model put out of late
	 * @param step the output tokens a growing call takes at a time
	 */
	Need need(CallPrice modelPrice, long meanOutput, long step) {
		if (this.grows) {
			return new Need(cost(modelPrice, 1), cost(modelPrice, saturatedProduct(step, this.choices)), How.GROWING);
		}
		if (this.maxOutputTokens == null) {
			return new Need(0, cost(modelPrice, meanOutput), How.LIKELY);
		}
		long most = saturatedProduct(cost(modelPrice, this.maxOutputTokens), this.choices);
		return new Need(most, most, How.BOUNDED);
	}

	/** What the input and that much output cost at most, in nano-USD. */
	long cost(CallPrice modelPrice, long outputTokens) {
		return modelPrice.worstCase(this.reach, this.inputTokens, outputTokens).value();
	}

	private static long saturatedProduct(long left, long right) {
		long product = left * right;
		return (Math.multiplyHigh(left, right) != 0 || product < 0) ? Long.MAX_VALUE / 4 : product;
	}

	/**
	 * The largest limit on its output with which the call needs no more than
	 * {@code available} nano-USD, or null when there is none.
	 */
	@Nullable Long largestMaxTokens(CallPrice modelPrice, long available) {
		long most = mostOutput(modelPrice, available / this.choices);
		return (most > 0) ? Long.valueOf(most) : null;
	}

	/** How much output {@code available} nano-USD pay for, beside the input. */
	long mostOutput(CallPrice modelPrice, long available) {
		long low = 0;
		long high = (available > 0) ? Quantities.LIMIT : 0;
		while (low < high) {
			long middle = (low + high + 1) / 2;
			if (cost(modelPrice, middle) <= available) {
				low = middle;
			}
			else {
				high = middle - 1;
			}
		}
		return low;
	}

}
