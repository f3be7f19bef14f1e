package dev.tallygate.pricing;

import java.math.BigInteger;

/**
 * A sum of products that are never negative, kept in 128 bits. The bounds of counts
 * ({@code 10⁹}), prices ({@code 10¹⁶}) and multipliers ({@code 10⁶}) keep every sum of a
 * call below 2¹²⁷.
 */
final class Sum128 {

	private long high;

	private long low;

	/** Adds {@code left * right}. */
	void add(long left, long right) {
		addWide(Math.multiplyHigh(left, right), left * right);
	}

	/** Adds {@code left * right * factor}. */
	void add(long left, long right, long factor) {
		if (factor == 1) {
			add(left, right);
			return;
		}
		long productLow = left * right;
		long productHigh = Math.multiplyHigh(left, right);
		addWide(Math.unsignedMultiplyHigh(productLow, factor) + productHigh * factor, productLow * factor);
	}

	private void addWide(long moreHigh, long moreLow) {
		this.low += moreLow;
		this.high += moreHigh + ((Long.compareUnsigned(this.low, moreLow) < 0) ? 1 : 0);
	}

	/**
	 * The quotient, rounded half-even, at most {@code limit}.
	 */
	long dividedHalfEven(long divisor, long limit) {
		if (this.high == 0 && this.low >= 0) {
			return Math.min(limit, roundedHalfEven(this.low / divisor, this.low % divisor, divisor));
		}
		BigInteger[] quotient = wide().divideAndRemainder(BigInteger.valueOf(divisor));
		if (quotient[0].bitLength() >= Long.SIZE - 1) {
			return limit;
		}
		return Math.min(limit, roundedHalfEven(quotient[0].longValueExact(), quotient[1].longValueExact(), divisor));
	}

	/** The quotient, rounded down, at most {@code limit}. */
	long dividedDown(long divisor, long limit) {
		if (this.high == 0 && this.low >= 0) {
			return Math.min(limit, this.low / divisor);
		}
		BigInteger quotient = wide().divide(BigInteger.valueOf(divisor));
		return (quotient.bitLength() >= Long.SIZE - 1) ? limit : Math.min(limit, quotient.longValueExact());
	}

	/** The quotient, rounded up, at most {@code limit}. */
	long dividedUp(long divisor, long limit) {
		addWide(0, divisor - 1);
		return dividedDown(divisor, limit);
	}

	BigInteger wide() {
		return BigInteger.valueOf(this.high).shiftLeft(Long.SIZE).or(new BigInteger(Long.toUnsignedString(this.low)));
	}

	private static long roundedHalfEven(long quotient, long remainder, long divisor) {
		long rest = divisor - remainder;
		boolean up = remainder > rest || (remainder == rest && (quotient & 1) == 1);
		return up ? quotient + 1 : quotient;
	}

}
