package dev.tallygate.console.usage;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The month a page is about, and its neighbours.
 *
 * @param period such as {@code 2026-11}
 * @param running the one that runs
 */
record Month(YearMonth period, YearMonth running) {

	private static final Pattern PERIOD = Pattern.compile("20\\d{2}-\\d{2}");

	private static final DateTimeFormatter TITLE = DateTimeFormatter.ofPattern("MMMM uuuu", Locale.ENGLISH);

	/**
	 * The month that was asked for, or the running one where none, nonsense or one that
	 * has not begun anywhere was.
	 */
	static Month of(@Nullable String asked, Instant now, ZoneId zone) {
		YearMonth running = YearMonth.from(now.atZone(zone));
		YearMonth latest = YearMonth.from(now.atOffset(ZoneOffset.MAX));
		if (asked == null || !PERIOD.matcher(asked).matches()) {
			return new Month(running, running);
		}
		try {
			YearMonth month = YearMonth.parse(asked);
			return new Month(month.isAfter(latest) ? running : month, running);
		}
		catch (DateTimeException ex) {
			return new Month(running, running);
		}
	}

	public boolean current() {
		return this.period.equals(this.running);
	}

	public String title() {
		return TITLE.format(this.period);
	}

	public String before() {
		return this.period.minusMonths(1).toString();
	}

	/** The month after; null where it has not begun. */
	public @Nullable String after() {
		return this.period.isBefore(this.running) ? this.period.plusMonths(1).toString() : null;
	}

}
