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
	 * Such as {@code $50.00}.
	 */
	public static String ofCents(long cents) {
		return ofNanos(NanoUsd.ofCents(cents).value());
	}

	/**
	 * Such as {@code 12,345}.
	 */
	public static String count(long number) {
		return String.format(Locale.ROOT, "%,d", number);
	}

}
