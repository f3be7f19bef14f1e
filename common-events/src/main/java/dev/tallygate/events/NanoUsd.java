package dev.tallygate.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;

/**
 * An amount of money in nano-USD (10⁻⁹ US dollars), exact. Sums that leave the range of a
 * {@code long} (± 9.2 billion dollars) throw rather than wrap.
 */
public record NanoUsd(@JsonValue long value) implements Comparable<NanoUsd> {

	/** Nano-USD in one US cent. */
	public static final long PER_CENT = 10_000_000L;

	/** Decimal places of the nano-USD in a dollar. */
	private static final int SCALE = 9;

	/** Nothing. */
	public static final NanoUsd ZERO = new NanoUsd(0);

	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	public NanoUsd {
	}

	/**
	 * The amount of whole cents.
	 * @throws ArithmeticException when it is out of range
	 */
	public static NanoUsd ofCents(long cents) {
		return new NanoUsd(Math.multiplyExact(cents, PER_CENT));
	}

	/**
	 * The sum.
	 * @throws ArithmeticException when it is out of range
	 */
	public NanoUsd plus(NanoUsd other) {
		return new NanoUsd(Math.addExact(this.value, other.value));
	}

	/**
	 * The difference.
	 * @throws ArithmeticException when it is out of range
	 */
	public NanoUsd minus(NanoUsd other) {
		return new NanoUsd(Math.subtractExact(this.value, other.value));
	}

	/**
	 * The amount in US dollars as an exact decimal without trailing zeros, such as
	 * {@code 0.00045}.
	 */
	public String toUsd() {
		BigDecimal usd = BigDecimal.valueOf(this.value, SCALE).stripTrailingZeros();
		return ((usd.scale() < 0) ? usd.setScale(0) : usd).toPlainString();
	}

	@Override
	public int compareTo(NanoUsd other) {
		return Long.compare(this.value, other.value);
	}

}
