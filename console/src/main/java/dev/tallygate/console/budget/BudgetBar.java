package dev.tallygate.console.budget;

import dev.tallygate.events.NanoUsd;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Spend against the limit, drawn in a box {@value #WIDTH} wide. The box ends at the
 * limit, or at the spend where that is more, so that the limit's mark moves left as it is
 * overrun.
 *
 * @param filled how far the spend reaches
 * @param held how far spend and what open calls hold reach together; 0 where nothing is
 * held
 * @param limit where the limit is
 * @param forecast where the month is likely to end; 0 where nothing is to be drawn
 * @param marks the thresholds
 */
record BudgetBar(int filled, int held, int limit, int forecast, List<Mark> marks) {

	static final int WIDTH = 1000;

	/** The room a label takes. */
	private static final int LABEL = 64;

	private static final int HUNDRED = 100;

	/** The radius of the bar's ends. */
	private static final int ROUND = 11;

	/** Some spend is seen, however small. */
	private static final int LEAST = 4;

	/** Where the drawing of what is held begins: under the round end of the spend. */
	public int heldFrom() {
		return Math.max(0, this.filled - ROUND);
	}

	static BudgetBar of(long spentNanos, long limitCents, List<Integer> thresholds) {
		return of(spentNanos, 0, limitCents, 0, thresholds);
	}

	static BudgetBar of(long spentNanos, long heldNanos, long limitCents, long forecastNanos,
			List<Integer> thresholds) {
		long limitNanos = NanoUsd.ofCents(limitCents).value();
		long end = Math.max(limitNanos, spentNanos);
		int limit = place(limitNanos, end);
		int filled = place(spentNanos, end);
		List<Mark> marks = (limit > 0) ? marks(limit, thresholds) : List.of();
		int forecast = (forecastNanos > spentNanos) ? Math.min(WIDTH, place(forecastNanos, end)) : 0;
		int spent = (spentNanos > 0) ? Math.max(LEAST, filled) : 0;
		return new BudgetBar(spent, (heldNanos > 0) ? held(spent, spentNanos, heldNanos, end) : 0, limit, forecast,
				marks);
	}

	/** What is held is seen, however small, but nothing is drawn over the end. */
	private static int held(int filled, long spentNanos, long heldNanos, long end) {
		long both = (heldNanos < end - spentNanos) ? spentNanos + heldNanos : end;
		return Math.min(WIDTH, Math.max(filled + LEAST, place(both, end)));
	}

	/** Where marks crowd, the higher threshold keeps its label. */
	private static List<Mark> marks(int limit, List<Integer> thresholds) {
		List<Mark> marks = new ArrayList<>();
		int next = Integer.MAX_VALUE;
		for (int percent : thresholds.stream().distinct().sorted(Comparator.reverseOrder()).toList()) {
			int x = limit * percent / HUNDRED;
			if (x <= WIDTH) {
				boolean labelled = next - x >= LABEL;
				next = labelled ? x : next;
				marks.add(new Mark(x, percent, labelled));
			}
		}
		return marks.reversed();
	}

	private static int place(long amount, long end) {
		if (amount <= 0 || end <= 0) {
			return 0;
		}
		return BigDecimal.valueOf(amount)
			.multiply(BigDecimal.valueOf(WIDTH))
			.divide(BigDecimal.valueOf(end), MathContext.DECIMAL64)
			.intValue();
	}

	/**
	 * A threshold's mark.
	 */
	record Mark(int x, int percent, boolean labelled) {

		/** Where its label sits so that it stays inside the box. */
		public String anchor() {
			if (this.x > WIDTH - LABEL / 2) {
				return "end";
			}
			return (this.x < LABEL / 2) ? "start" : "middle";
		}

	}

}
