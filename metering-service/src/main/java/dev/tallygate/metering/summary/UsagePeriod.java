package dev.tallygate.metering.summary;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.security.problem.ProblemException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A month of a user's calendar.
 *
 * @param month the month
 * @param zone where its days begin
 */
public record UsagePeriod(YearMonth month, ZoneId zone) {

	private static final int FIRST_YEAR = 2000;

	private static final int LAST_YEAR = 9999;

	/**
	 * The asked month, or the current one, in the zone of the user's budget.
	 * @throws ProblemException a 400 when {@code asked} is no month
	 */
	public static UsagePeriod of(@Nullable String asked, Optional<BudgetStatus> standing, Instant now) {
		ZoneId zone = standing.map((status) -> ZoneId.of(status.timeZone())).orElse(ZoneOffset.UTC);
		return new UsagePeriod((asked != null) ? parse(asked) : YearMonth.from(now.atZone(zone)), zone);
	}

	private static YearMonth parse(String asked) {
		try {
			YearMonth month = YearMonth.parse(asked);
			if (month.getYear() >= FIRST_YEAR && month.getYear() <= LAST_YEAR) {
				return month;
			}
		}
		catch (DateTimeParseException ex) {
			// Answered below.
		}
		throw ProblemException.invalidField("period", "must be a month such as 2026-11");
	}

	Instant start() {
		return this.month.atDay(1).atStartOfDay(this.zone).toInstant();
	}

	Instant end() {
		return this.month.plusMonths(1).atDay(1).atStartOfDay(this.zone).toInstant();
	}

	LocalDate firstDay() {
		return this.month.atDay(1);
	}

}
