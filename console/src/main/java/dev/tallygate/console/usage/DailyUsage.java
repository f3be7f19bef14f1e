package dev.tallygate.console.usage;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A month's usage by day, as metering-service tells it.
 */
record DailyUsage(@Nullable List<Day> data) {

	List<Day> days() {
		return (this.data != null) ? this.data : List.of();
	}

	/**
	 * One day.
	 */
	record Day(LocalDate day, long requestCount, long costNanos) {
	}

}
