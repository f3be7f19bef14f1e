package dev.tallygate.console;

import dev.tallygate.events.NanoUsd;
import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/**
 * Money and counts as people read them: exact, with at least two and at most nine places.
 */
public final class Dollars {

	/** Nano-USD in a dollar have nine places. */
	private static final int PLACES = 9;

	private Dollars() {
	}

	/**
	 * Such as {@code $1,234.50} or {@code $0.00045}.
	 * @param nanos nano-USD
	 */
	public static String ofNanos(long nanos) {
		DecimalFormat format = new DecimalFormat("$#,##0.00#######;-$#,##0.00#######",
				DecimalFormatSymbols.getInstance(Locale.ROOT));
		return format.format(BigDecimal.valueOf(nanos, PLACES));
	}

	/**
	 * What calls cost together. Never $0.00 where none of them has a price; a plus where
	 * that is so of some, or of a part of some.
	 */
	public static String ofCalls(long nanos, long calls, long unpriced, long partlyPriced) {
		if (nanos == 0 && calls > 0 && unpriced >= calls) {
			return "no price";
		}
		return ofNanos(nanos) + ((unpriced > 0 || partlyPriced > 0) ? " +" : "");
	}

	/**
	 * Such as {@code $50.00}.
	 */
	public static String ofCents(long cents) {
		return ofNanos(NanoUsd.ofCents(cents).value());
	}

	/**
	 * Such as {@code 1 call} or {@code 12,345 calls}.
	 * @param unit in the singular, of those whose plural has an s more
	 */
	public static String count(long number, String unit) {
		return count(number) + " " + unit + ((number == 1) ? "" : "s");
	}

	/**
	 * Such as {@code 12,345}.
	 */
	public static String count(long number) {
		return String.format(Locale.ROOT, "%,d", number);
	}

}
