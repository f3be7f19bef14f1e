package dev.tallygate.gateway.pricing;

import dev.tallygate.events.NanoUsd;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;

/**
 * What a model costs, in nano-USD per million tokens, each 0 to {@link #LIMIT}.
 *
 * @param input per million tokens in that touch no cache
 * @param output per million tokens out
 * @param cacheRead per million tokens read from the provider's cache
 * @param cacheWrite per million tokens written to the provider's cache
 * @param effectiveFrom from when it holds
 */
public record ModelPrice(long input, long output, long cacheRead, long cacheWrite, Instant effectiveFrom) {

	/**
	 * The highest price, 5,000 dollars per million tokens. With counts up to
	 * {@link TokenCounts#LIMIT} it keeps every cost within the 10 million dollars that a
	 * reader of the events believes.
	 */
	public static final long LIMIT = 5_000_000_000_000L;

	private static final long TOKENS_PER_UNIT = 1_000_000L;

	public ModelPrice {
		check("input", input);
		check("output", output);
		check("cacheRead", cacheRead);
		check("cacheWrite", cacheWrite);
	}

	/**
	 * A price without prices of its own for cached tokens: they cost what other input
	 * does.
	 */
	public static ModelPrice of(long input, long output, Instant effectiveFrom) {
		return new ModelPrice(input, output, input, input, effectiveFrom);
	}

	private static void check(String name, long price) {
		if (price < 0 || price > LIMIT) {
			throw new IllegalArgumentException(
					name + " price must be 0 to " + LIMIT + " nano-USD per million tokens: " + price);
		}
	}

	/**
	 * What {@code counts} cost: the sum of each kind of token times its price, computed
	 * in 128 bits and rounded half-even once. A count that is not known adds nothing.
	 */
	public NanoUsd cost(TokenCounts counts) {
		long read = TokenCounts.orZero(counts.cacheRead());
		long write = TokenCounts.orZero(counts.cacheWrite());
		long plain = TokenCounts.orZero(counts.input()) - read - write;
		return new NanoUsd(Sum128.of(plain, this.input, read, this.cacheRead, write, this.cacheWrite,
				TokenCounts.orZero(counts.output()), this.output));
	}

	/**
	 * The most a call can cost whose input is at most {@code inputTokens}, however much
	 * of it is cached, and whose output is at most {@code outputTokens}.
	 */
	public NanoUsd worstCase(long inputTokens, long outputTokens) {
		long dearestInput = Math.max(this.input, Math.max(this.cacheRead, this.cacheWrite));
		return new NanoUsd(Sum128.of(Math.clamp(inputTokens, 0, TokenCounts.LIMIT), dearestInput, 0, 0, 0, 0,
				Math.clamp(outputTokens, 0, TokenCounts.LIMIT), this.output));
	}

	/** Four products of a count and a price, added up in 128 bits. */
	private static final class Sum128 {

		private long high;

		private long low;

		static long of(long count1, long price1, long count2, long price2, long count3, long price3, long count4,
				long price4) {
			Sum128 sum = new Sum128();
			sum.add(count1, price1);
			sum.add(count2, price2);
			sum.add(count3, price3);
			sum.add(count4, price4);
			return sum.perUnit();
		}

		private void add(long count, long price) {
			long product = count * price;
			this.low += product;
			this.high += Math.multiplyHigh(count, price) + ((Long.compareUnsigned(this.low, product) < 0) ? 1 : 0);
		}

		private long perUnit() {
			if (this.high == 0 && this.low >= 0) {
				return roundedHalfEven(this.low / TOKENS_PER_UNIT, this.low % TOKENS_PER_UNIT);
			}
			BigInteger[] quotient = BigInteger.valueOf(this.high)
				.shiftLeft(Long.SIZE)
				.or(new BigInteger(Long.toUnsignedString(this.low)))
				.divideAndRemainder(BigInteger.valueOf(TOKENS_PER_UNIT));
			return roundedHalfEven(quotient[0].longValueExact(), quotient[1].longValueExact());
		}

		/** As {@link RoundingMode#HALF_EVEN} does, for a sum that is never negative. */
		private static long roundedHalfEven(long quotient, long remainder) {
			long half = TOKENS_PER_UNIT / 2;
			boolean up = remainder > half || (remainder == half && (quotient & 1) == 1);
			return up ? quotient + 1 : quotient;
		}

	}

}
