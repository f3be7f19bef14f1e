package dev.tallygate.pricing;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A positive rational by which prices are multiplied, in lowest terms, such as 11/10.
 *
 * @param numerator at least 1
 * @param denominator at least 1
 */
public record Multiplier(long numerator, long denominator) {

	/** Changes nothing. */
	public static final Multiplier ONE = new Multiplier(1, 1);

	/** Keeps every product of sums within 128 bits. */
	static final long LIMIT = 1_000_000L;

	public Multiplier {
		if (numerator < 1 || denominator < 1) {
			throw new IllegalArgumentException("a multiplier must be more than 0");
		}
		long divisor = BigInteger.valueOf(numerator).gcd(BigInteger.valueOf(denominator)).longValue();
		numerator /= divisor;
		denominator /= divisor;
		if (numerator > LIMIT || denominator > LIMIT) {
			throw new IllegalArgumentException("a multiplier has too many digits: " + numerator + '/' + denominator);
		}
	}

	/**
	 * The multiplier that a decimal such as {@code 1.1} is.
	 * @throws IllegalArgumentException when it is not positive or has too many digits
	 */
	public static Multiplier of(BigDecimal decimal) {
		if (decimal.signum() <= 0 || decimal.precision() > 12 || Math.abs(decimal.scale()) > 12) {
			throw new IllegalArgumentException("a multiplier must be a positive number of few digits");
		}
		BigDecimal plain = decimal.stripTrailingZeros();
		int scale = Math.max(0, plain.scale());
		BigInteger numerator = plain.movePointRight(scale).toBigIntegerExact();
		BigInteger denominator = BigInteger.TEN.pow(scale);
		BigInteger divisor = numerator.gcd(denominator);
		return new Multiplier(numerator.divide(divisor).longValueExact(), denominator.divide(divisor).longValueExact());
	}

	/**
	 * The multiplier written as {@code 11/10}.
	 * @throws IllegalArgumentException when it is none
	 */
	public static Multiplier parse(String text) {
		int slash = text.indexOf('/');
		if (slash < 0) {
			return of(new BigDecimal(text));
		}
		return new Multiplier(Long.parseLong(text.substring(0, slash)), Long.parseLong(text.substring(slash + 1)));
	}

	/** Both, one after the other. */
	Multiplier times(Multiplier other) {
		if (other.equals(ONE)) {
			return this;
		}
		return equals(ONE) ? other
				: new Multiplier(this.numerator * other.numerator, this.denominator * other.denominator);
	}

	/** Whether it makes dearer what it multiplies. */
	boolean isMoreThan(Multiplier other) {
		return this.numerator * other.denominator > other.numerator * this.denominator;
	}

	@Override
	public String toString() {
		return this.numerator + "/" + this.denominator;
	}

}
