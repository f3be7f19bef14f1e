package dev.tallygate.pricing;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

/**
 * Hours of a week, in UTC, on days that are told in a zone of their own.
 *
 * @param days on which days of the week
 * @param dates on which days beside, such as holidays; where neither are told, on every
 * day
 * @param hours from when to when, each within a day
 * @param zone by whose calendar the days are told
 */
public record TimeWindow(Set<DayOfWeek> days, Set<LocalDate> dates, List<Hours> hours, ZoneId zone) {

	public TimeWindow {
		days = Set.copyOf(days);
		dates = Set.copyOf(dates);
		hours = List.copyOf(hours);
	}

	/** Hours of every week. */
	public TimeWindow(Set<DayOfWeek> days, List<Hours> hours, ZoneId zone) {
		this(days, Set.of(), hours, zone);
	}

	/**
	 * A stretch of a day in UTC.
	 *
	 * @param from its start
	 * @param to its end, exclusive; at or before {@code from} it is on the next day
	 */
	public record Hours(LocalTime from, LocalTime to) {

		/**
		 * The hours written as {@code 10:00-00:00}.
		 * @throws RuntimeException when they are none
		 */
		public static Hours parse(String text) {
			String[] ends = text.strip().split("-", -1);
			if (ends.length != 2) {
				throw new IllegalArgumentException("hours must look like 10:00-00:00");
			}
			return new Hours(time(ends[0]), time(ends[1]));
		}

		private static LocalTime time(String text) {
			return "24:00".equals(text) ? LocalTime.MIDNIGHT : LocalTime.parse(text);
		}

		boolean contains(LocalTime time) {
			if (this.from.isBefore(this.to)) {
				return !time.isBefore(this.from) && time.isBefore(this.to);
			}
			return !time.isBefore(this.from) || time.isBefore(this.to);
		}

		@Override
		public String toString() {
			return this.from + "-" + this.to;
		}

	}

	/** Whether a moment is within it. */
	public boolean contains(Instant at) {
		if (!isOn(at.atZone(this.zone).toLocalDate())) {
			return false;
		}
		LocalTime time = at.atOffset(ZoneOffset.UTC).toLocalTime();
		return this.hours.stream().anyMatch((each) -> each.contains(time));
	}

	private boolean isOn(LocalDate day) {
		return (this.days.isEmpty() && this.dates.isEmpty()) || this.days.contains(day.getDayOfWeek())
				|| this.dates.contains(day);
	}

}
