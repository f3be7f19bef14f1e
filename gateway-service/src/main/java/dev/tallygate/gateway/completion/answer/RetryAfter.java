package dev.tallygate.gateway.completion.answer;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The header that says when to come again, in all its forms: seconds, decimals of a
 * second, and a date (RFC 9110, section 10.2.3).
 */
final class RetryAfter {

	/** Clients drop a longer time, or wait it out in silence. */
	static final Duration LONGEST = Duration.ofSeconds(60);

	private static final int MAX_LENGTH = 40;

	private RetryAfter() {
	}

	/** The time a provider asks for, not negative; null when it says none. */
	static @Nullable Duration read(@Nullable String header) {
		return read(header, Clock.systemUTC());
	}

	static @Nullable Duration read(@Nullable String header, Clock clock) {
		if (header == null || header.isBlank() || header.length() > MAX_LENGTH) {
			return null;
		}
		String text = header.strip();
		if (text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
			return Duration.ofMillis((long) Math.ceil(Double.parseDouble(text) * 1000));
		}
		try {
			ZonedDateTime at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
			Duration left = Duration.between(clock.instant(), at.toInstant());
			return left.isNegative() ? Duration.ZERO : left;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	/** A time as the header says it, whole seconds and no longer than clients accept. */
	static String text(Duration time) {
		Duration capped = (time.compareTo(LONGEST) > 0) ? LONGEST : time;
		return Long.toString(Math.max(1, Math.ceilDiv(capped.toMillis(), 1000L)));
	}

}
