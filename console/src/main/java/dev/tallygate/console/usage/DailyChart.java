package dev.tallygate.console.usage;

import dev.tallygate.console.Dollars;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Spend by day, drawn in a box of {@value #WIDTH} by {@value #HEIGHT}.
 *
 * @param bars one per day of the month
 * @param peak the dearest day's cost, for the scale
 */
record DailyChart(List<Bar> bars, String peak) {

	static final int WIDTH = 620;

	static final int HEIGHT = 120;

	/** A day with any spend is seen, however small it is beside the peak. */
	private static final int LEAST = 2;

	private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);

	static DailyChart of(DailyUsage usage, LocalDate today) {
		List<DailyUsage.Day> days = usage.days();
		long peak = days.stream().mapToLong(DailyUsage.Day::costNanos).max().orElse(0);
		int step = WIDTH / Math.max(1, days.size());
		List<Bar> bars = new ArrayList<>();
		for (int i = 0; i < days.size(); i++) {
			DailyUsage.Day day = days.get(i);
			int height = height(day.costNanos(), peak);
			String label = DAY.format(day.day()) + ": " + Dollars.ofNanos(day.costNanos()) + ", "
					+ Dollars.count(day.requestCount(), "call");
			bars.add(new Bar(i * step, HEIGHT - height, step - 4, height, day.day().getDayOfMonth(), label,
					day.day().equals(today)));
		}
		return new DailyChart(bars, Dollars.ofNanos(peak));
	}

	private static int height(long nanos, long peak) {
		if (nanos <= 0 || peak <= 0) {
			return 0;
		}
		// Scaled down first, so that the product fits for any amount.
		long scale = Math.max(1, peak / 1_000_000);
		return Math.max(LEAST, Math.toIntExact((nanos / scale) * HEIGHT / Math.max(1, peak / scale)));
	}

	/**
	 * A day's bar.
	 */
	record Bar(int x, int y, int width, int height, int dayOfMonth, String label, boolean today) {

		/** Whether the axis names this day. */
		public boolean named() {
			return this.dayOfMonth == 1 || this.dayOfMonth % 5 == 0;
		}

	}

}
