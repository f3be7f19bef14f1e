package dev.tallygate.metering.summary;

import dev.tallygate.events.NanoUsd;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A user's month, day by day.
 *
 * @param data every day of the month
 */
record DailyUsage(List<Day> data) {

	static DailyUsage of(UsagePeriod period, List<DaySums> sums) {
		Map<LocalDate, DaySums> byDay = sums.stream().collect(Collectors.toMap(DaySums::day, Function.identity()));
		LocalDate first = period.firstDay();
		Stream<LocalDate> days = first.datesUntil(first.plusMonths(1));
		return new DailyUsage(
				days.map((day) -> Day.of(byDay.getOrDefault(day, new DaySums(day, 0, 0, 0, 0)))).toList());
	}

	/** One day in the zone of the budget. */
	record Day(LocalDate day, long requestCount, long inputTokens, long outputTokens, NanoUsd costNanos,
			String costUsd) {

		static Day of(DaySums sums) {
			NanoUsd cost = new NanoUsd(sums.costNanos());
			return new Day(sums.day(), sums.requestCount(), sums.inputTokens(), sums.outputTokens(), cost,
					cost.toUsd());
		}

	}

	/** Aggregates of a day. */
	record DaySums(LocalDate day, long requestCount, long inputTokens, long outputTokens, long costNanos) {

	}

}
