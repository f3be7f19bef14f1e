package dev.tallygate.budgets.account;

import dev.tallygate.events.NanoUsd;

/**
 * Sums of money that an absurd event must not break: they stop at the ends of a
 * {@code long} (± 9.2 billion dollars) instead of throwing, so that the intake goes on.
 */
public final class Saturated {

	private Saturated() {
	}

	/**
	 * The sum, or the nearest amount that there is.
	 */
	public static NanoUsd sum(NanoUsd left, NanoUsd right) {
		long sum = left.value() + right.value();
		boolean overflown = ((left.value() ^ sum) & (right.value() ^ sum)) < 0;
		if (!overflown) {
			return new NanoUsd(sum);
		}
		return new NanoUsd((left.value() < 0) ? Long.MIN_VALUE : Long.MAX_VALUE);
	}

}
