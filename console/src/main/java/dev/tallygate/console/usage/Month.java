package dev.tallygate.console.usage;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The month a page is about, and its neighbours.
 *
 * @param period such as {@code 2026-11}
 * @param current whether it is the one that runs
 */
record Month(YearMonth period, boolean current) {

	private static final Pattern PERIOD = Pattern.compile("20\\d{2}-\\d{2}");

	private static final DateTimeFormatter TITLE = DateTimeFormatter.ofPattern("MMMM uuuu", Locale.ENGLISH);

	/**
	 * The month that was asked for, or the running one where none or nonsense was.
	 */
	static Month of(@Nullable String asked, Instant now, ZoneId zone) {
		YearMonth running = YearMonth.from(now.atZone(zone));
		if (asked == null || !PERIOD.matcher(asked).matches()) {
			return new Month(running, true);
		}
		try {
			YearMonth month = YearMonth.parse(asked);
			return new Month(month, month.equals(running));
		}
		catch (DateTimeException ex) {
			return new Month(running, true);
		}
	}

	public String title() {
		return TITLE.format(this.period);
	}

	public String before() {
		return this.period.minusMonths(1).toString();
	}

	/** The month after; null for the running one. */
	public @Nullable String after() {
		return this.current ? null : this.period.plusMonths(1).toString();
	}

}
