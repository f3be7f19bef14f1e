package dev.tallygate.events;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Times as they are written here, {@code 2026-11-21T03:04:05.123456Z} with no, three or
 * six digits of a second: the general formatter and parser of the JDK take longer than
 * all the rest of an event.
 */
final class Times {

	private static final int SECONDS_LENGTH = "2026-11-21T03:04:05Z".length();

	private static final int MILLIS_LENGTH = "2026-11-21T03:04:05.123Z".length();

	private static final int MICROS_LENGTH = "2026-11-21T03:04:05.123456Z".length();

	private static final int DAY_SECONDS = 86_400;

	private static final int NANOS_IN_MILLI = 1_000_000;

	private static final int NANOS_IN_MICRO = 1_000;

	private static final int MAX_YEAR = 9999;

	private Times() {
	}

	/** The same as {@link Instant#toString()}. */
	static String text(Instant time) {
		LocalDate day = LocalDate.EPOCH.plusDays(Math.floorDiv(time.getEpochSecond(), DAY_SECONDS));
		int nanos = time.getNano();
		if (nanos % NANOS_IN_MICRO != 0 || day.getYear() < 0 || day.getYear() > MAX_YEAR) {
			return time.toString();
		}
		int second = (int) Math.floorMod(time.getEpochSecond(), (long) DAY_SECONDS);
		boolean millis = nanos % NANOS_IN_MILLI == 0;
		char[] text = new char[(nanos == 0) ? SECONDS_LENGTH : millis ? MILLIS_LENGTH : MICROS_LENGTH];
		digits(text, 0, 4, day.getYear(), '-');
		digits(text, 5, 2, day.getMonthValue(), '-');
		digits(text, 8, 2, day.getDayOfMonth(), 'T');
		digits(text, 11, 2, second / 3600, ':');
		digits(text, 14, 2, second / 60 % 60, ':');
		digits(text, 17, 2, second % 60, (nanos == 0) ? 'Z' : '.');
		if (nanos != 0) {
			digits(text, 20, millis ? 3 : 6, nanos / (millis ? NANOS_IN_MILLI : NANOS_IN_MICRO), 'Z');
		}
		return new String(text);
	}

	private static void digits(char[] text, int at, int count, int number, char after) {
		int rest = number;
		for (int i = at + count - 1; i >= at; i--) {
			text[i] = (char) ('0' + rest % 10);
			rest /= 10;
		}
		text[at + count] = after;
	}

	/** Null when it is written in another way, or is no time. */
	static @Nullable Instant parse(String text) {
		int length = text.length();
		if (!(length == MICROS_LENGTH || length == MILLIS_LENGTH || length == SECONDS_LENGTH)
				|| text.charAt(length - 1) != 'Z' || text.charAt(10) != 'T' || text.charAt(13) != ':'
				|| text.charAt(16) != ':' || (length != SECONDS_LENGTH && text.charAt(19) != '.')) {
			return null;
		}
		LocalDate day = day(text.substring(0, 10));
		int hour = number(text, 11, 2);
		int minute = number(text, 14, 2);
		int second = number(text, 17, 2);
		int fraction = (length == SECONDS_LENGTH) ? 0 : number(text, 20, length - MILLIS_LENGTH + 3);
		if (day == null || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59
				|| fraction < 0) {
			return null;
		}
		return Instant.ofEpochSecond(
				day.toEpochSecond(java.time.LocalTime.MIDNIGHT, ZoneOffset.UTC) + hour * 3600L + minute * 60L + second,
				(long) fraction * ((length == MICROS_LENGTH) ? NANOS_IN_MICRO : NANOS_IN_MILLI));
	}

	/** Null when it is written in another way, or is no day. */
	static @Nullable LocalDate day(String text) {
		if (text.length() != 10 || text.charAt(4) != '-' || text.charAt(7) != '-') {
			return null;
		}
		int year = number(text, 0, 4);
		int month = number(text, 5, 2);
		int day = number(text, 8, 2);
		return (year < 0 || month < 1 || month > 12 || day < 1 || day > YearMonth.of(year, month).lengthOfMonth())
				? null : LocalDate.of(year, month, day);
	}

	/** Null when it is written in another way, or is no month. */
	static @Nullable YearMonth month(String text) {
		if (text.length() != 7 || text.charAt(4) != '-') {
			return null;
		}
		int year = number(text, 0, 4);
		int month = number(text, 5, 2);
		return (year < 0 || month < 1 || month > 12) ? null : YearMonth.of(year, month);
	}

	/** -1 when there is something else than digits. */
	private static int number(String text, int at, int count) {
		int number = 0;
		for (int i = at; i < at + count; i++) {
			int digit = text.charAt(i) - '0';
			if (digit < 0 || digit > 9) {
				return -1;
			}
			number = 10 * number + digit;
		}
		return number;
	}

}
