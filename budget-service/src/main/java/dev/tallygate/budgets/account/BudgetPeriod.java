package dev.tallygate.budgets.account;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * A month of spending, from {@code start} up to but without {@code end}. Periods of a
 * user follow each other without gap or overlap, also where the zone changes between
 * them.
 *
 * @param month its name, which usage events are stamped with
 * @param zone the zone it is counted in
 * @param start its first instant
 * @param end the first instant of the next
 */
public record BudgetPeriod(YearMonth month, ZoneId zone, Instant start, Instant end) {

	public BudgetPeriod {
		if (!start.isBefore(end)) {
			throw new IllegalArgumentException("a period must start before it ends");
		}
	}

	/**
	 * The month in {@code zone} that {@code at} falls in.
	 */
	public static BudgetPeriod containing(Instant at, ZoneId zone) {
		YearMonth month = YearMonth.from(at.atZone(zone));
		return new BudgetPeriod(month, zone, startOf(month, zone), startOf(month.plusMonths(1), zone));
	}

	/**
	 * The day at {@code now}, which a clock that is off does not move out of the period.
	 */
	public LocalDate dayAt(Instant now) {
		LocalDate day = now.atZone(this.zone).toLocalDate();
		LocalDate last = this.month.atEndOfMonth();
		return day.isAfter(last) ? last : (day.isBefore(this.month.atDay(1)) ? this.month.atDay(1) : day);
	}

	/**
	 * The exclusive end of that day.
	 */
	public Instant endOfDay(Instant now) {
		Instant end = dayAt(now).plusDays(1).atStartOfDay(this.zone).toInstant();
		return end.isBefore(this.end) ? end : this.end;
	}

	/**
	 * The period at {@code now}, given that this one was the last known.
	 * <p>
	 * A period ends by the clock of the zone it is counted in. A zone asked for takes
	 * over in the next period, once its own calendar has reached that month too: were it
	 * to take over earlier, gateways would stamp the first hours with the month that is
	 * just over.
	 */
	public BudgetPeriod at(Instant now, @Nullable ZoneChange asked) {
		BudgetPeriod current = now.isBefore(this.end) ? this : next(now);
		if (asked == null || !current.awaits(asked)) {
			return current;
		}
		BudgetPeriod moved = containing(now, asked.zone());
		return moved.month.equals(current.month)
				? new BudgetPeriod(current.month, asked.zone(), current.start, moved.end) : current;
	}

	/**
	 * The next instant at which {@link #at} has another answer.
	 */
	public Instant changesAt(@Nullable ZoneChange asked) {
		if (asked == null || !awaits(asked)) {
			return this.end;
		}
		Instant takeOver = startOf(this.month, asked.zone());
		return takeOver.isBefore(this.end) ? takeOver : this.end;
	}

	/**
	 * The change to note when the owner asks for {@code zone} during this period; null
	 * when it is in force already.
	 */
	public @Nullable ZoneChange changeTo(ZoneId zone) {
		return this.zone.equals(zone) ? null : new ZoneChange(zone, this.month.plusMonths(1));
	}

	private boolean awaits(ZoneChange asked) {
		return !asked.zone().equals(this.zone) && !this.month.isBefore(asked.from());
	}

	private BudgetPeriod next(Instant now) {
		BudgetPeriod next = containing(now, this.zone);
		boolean follows = next.month.equals(this.month.plusMonths(1));
		return follows ? new BudgetPeriod(next.month, this.zone, this.end, next.end) : next;
	}

	private static Instant startOf(YearMonth month, ZoneId zone) {
		return month.atDay(1).atStartOfDay(zone).toInstant();
	}

}
