package dev.tallygate.budgets.account;

import dev.tallygate.events.NanoUsd;
import java.math.BigInteger;
import java.util.List;

/**
 * The percentages of the limit at which an alert is due.
 *
 * @param percents each 1 to 1000, distinct, ascending, at most {@link #MAX}
 */
public record Thresholds(List<Integer> percents) {

	/** How many a budget can have. */
	public static final int MAX = 10;

	/** What a budget has until its owner says otherwise. */
	public static final Thresholds DEFAULT = new Thresholds(List.of(75, 90, 100));

	/** The highest, in percent: what a soft budget may be passed by. */
	public static final int HIGHEST = 1000;

	private static final BigInteger HUNDRED = BigInteger.valueOf(100);

	/**
	 * Sorts the percentages.
	 * @throws IllegalArgumentException when there are too many, or one is out of range or
	 * there twice
	 */
	public Thresholds {
		percents = percents.stream().sorted().toList();
		if (percents.size() > MAX) {
			throw new IllegalArgumentException("at most " + MAX + " thresholds are allowed");
		}
		if (percents.stream().anyMatch((percent) -> percent < 1 || percent > HIGHEST)) {
			throw new IllegalArgumentException("each threshold must be a whole percentage from 1 to " + HIGHEST);
		}
		if (percents.stream().distinct().count() != percents.size()) {
			throw new IllegalArgumentException("each threshold may be given once");
		}
	}

	/**
	 * Those that {@code spent} has reached: T % of the limit ≤ spent, compared exactly.
	 * All of them at a limit of 0.
	 */
	public List<Integer> reachedBy(NanoUsd spent, NanoUsd limit) {
		return this.percents.stream().filter((percent) -> isReached(percent, spent, limit)).toList();
	}

	static boolean isReached(int percent, NanoUsd spent, NanoUsd limit) {
		BigInteger due = BigInteger.valueOf(limit.value()).multiply(BigInteger.valueOf(percent));
		return due.compareTo(BigInteger.valueOf(spent.value()).multiply(HUNDRED)) <= 0;
	}

}
