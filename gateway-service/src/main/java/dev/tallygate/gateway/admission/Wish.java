package dev.tallygate.gateway.admission;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.pricing.ModelPrice;
import dev.tallygate.gateway.pricing.TokenCounts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call somebody wants to make.
 *
 * @param userId who
 * @param provider the provider
 * @param model its model
 * @param price what the model costs; null when it has no price
 * @param credential whose provider key pays
 * @param inputTokens the estimated input
 * @param maxOutputTokens the most output tokens of one choice; null when open-ended
 * @param choices how many choices were asked for
 * @param at when
 */
public record Wish(UserId userId, String provider, String model, @Nullable ModelPrice price, Credential credential,
		long inputTokens, @Nullable Long maxOutputTokens, int choices, Instant at) {

	/**
	 * What the call can cost at most, or, without a limit on its output, is likely to.
	 * @param meanOutput what this user's calls of the model put out of late
	 */
	long need(ModelPrice modelPrice, long meanOutput) {
		if (this.maxOutputTokens == null) {
			return modelPrice.worstCase(this.inputTokens, meanOutput).value();
		}
		return saturatedProduct(modelPrice.worstCase(this.inputTokens, this.maxOutputTokens).value(), this.choices);
	}

	private static long saturatedProduct(long left, long right) {
		long product = left * right;
		return (Math.multiplyHigh(left, right) != 0 || product < 0) ? Long.MAX_VALUE / 4 : product;
	}

	/**
	 * The largest limit on its output with which the call needs no more than
	 * {@code available} nano-USD, or null when there is none.
	 */
	@Nullable Long largestMaxTokens(ModelPrice modelPrice, long available) {
		if (available <= 0) {
			return null;
		}
		long perChoice = available / this.choices;
		long low = 0;
		long high = TokenCounts.LIMIT;
		while (low < high) {
			long middle = (low + high + 1) / 2;
			if (modelPrice.worstCase(this.inputTokens, middle).value() <= perChoice) {
				low = middle;
			}
			else {
				high = middle - 1;
			}
		}
		return (low > 0) ? Long.valueOf(low) : null;
	}

}
