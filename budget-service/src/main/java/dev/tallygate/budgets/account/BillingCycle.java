package dev.tallygate.budgets.account;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * The month a billing account's credits are for, from {@code start} up to but without
 * {@code end}. A cycle starts at 00:00 UTC of the sign-up's day of the month, or of the
 * month's last day where the month is shorter; it is always counted from the sign-up's
 * day, so that a short month does not move the later ones.
 *
 * @param start its first instant
 * @param end the first instant of the next
 */
public record BillingCycle(Instant start, Instant end) {

	public BillingCycle {
		if (!start.isBefore(end)) {
			throw new IllegalArgumentException("a cycle must start before it ends");
		}
	}

	/**
	 * The cycle that {@code at} falls in.
	 * @param signedUpAt when the account's owner signed up
	 * @param at any instant, before the sign-up too
	 */
	public static BillingCycle containing(Instant signedUpAt, Instant at) {
		int day = signedUpAt.atZone(ZoneOffset.UTC).getDayOfMonth();
		YearMonth month = YearMonth.from(at.atZone(ZoneOffset.UTC));
		Instant start = startIn(month, day);
		return at.isBefore(start) ? new BillingCycle(startIn(month.minusMonths(1), day), start)
				: new BillingCycle(start, startIn(month.plusMonths(1), day));
	}

	private static Instant startIn(YearMonth month, int day) {
		LocalDate date = month.atDay(Math.min(day, month.lengthOfMonth()));
		return date.atStartOfDay(ZoneOffset.UTC).toInstant();
	}

}
