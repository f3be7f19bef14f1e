package dev.tallygate.console;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Times as people read them.
 */
public final class Moments {

	private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", Locale.ENGLISH);

	private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss", Locale.ENGLISH);

	private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH);

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ENGLISH);

	private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("MMMM uuuu", Locale.ENGLISH);

	private Moments() {
	}

	/** A zone by name; UTC where the name is absent or unknown. */
	public static ZoneId zone(@Nullable String name) {
		try {
			return (name != null) ? ZoneId.of(name) : ZoneOffset.UTC;
		}
		catch (DateTimeException ex) {
			return ZoneOffset.UTC;
		}
	}

	/** Such as {@code 1 Dec 2026, 00:00}. */
	public static String minute(Instant moment, ZoneId zone) {
		return MINUTE.format(moment.atZone(zone));
	}

	/** Such as {@code 1 Dec 2026, 14:03:07}, in UTC. */
	public static String second(Instant moment) {
		return SECOND.format(moment.atZone(ZoneOffset.UTC));
	}

	/** Such as {@code 1 Dec 2026}. */
	public static String day(Instant moment, ZoneId zone) {
		return DAY.format(moment.atZone(zone));
	}

	/** Such as {@code 14:03:07}. */
	public static String time(Instant moment, ZoneId zone) {
		return TIME.format(moment.atZone(zone));
	}

	/** Such as {@code November 2026}. */
	public static String month(Instant moment, ZoneId zone) {
		return MONTH.format(moment.atZone(zone));
	}

	/**
	 * Such as {@code 9 days}, {@code 1 day}, {@code 5 hours}, {@code less than an hour}.
	 */
	public static String until(Instant end, Instant now) {
		Duration left = Duration.between(now, end);
		if (left.toDays() > 0) {
			return plural(left.toDays(), "day");
		}
		return (left.toHours() > 0) ? plural(left.toHours(), "hour") : "less than an hour";
	}

	private static String plural(long number, String unit) {
		return (number == 1) ? "1 " + unit : number + " " + unit + "s";
	}

}
