package dev.tallygate.gateway.completion.answer;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers that say when to come again, in all their forms: seconds, decimals of a
 * second, and a date (RFC 9110, section 10.2.3), milliseconds, and when a limit that is
 * used up is whole again.
 */
final class RetryAfter {

	/** Clients drop a longer time, or wait it out in silence. */
	static final Duration LONGEST = Duration.ofSeconds(60);

	private static final int MAX_LENGTH = 40;

	/** What OpenAI and those who are like it limit. */
	private static final List<String> LIMITS = List.of("requests", "tokens");

	private static final List<String> ANTHROPIC_LIMITS = List.of("requests", "tokens", "input-tokens", "output-tokens");

	/** Where an account, and not a key, has a limit: one state for all of its windows. */
	private static final String ACCOUNT = "anthropic-ratelimit-unified-";

	private static final Pattern SECONDS_OF_THE_EPOCH = Pattern.compile("\\d{1,11}");

	/** As OpenAI writes a time: {@code 120ms}, {@code 7.66s}, {@code 6m0s}. */
	private static final Pattern TIME = Pattern.compile(
			"(?=.)(?:(\\d{1,6})h)?(?:(\\d{1,6})m(?!s))?(?:(\\d{1,9}(?:\\.\\d{1,9})?)s)?(?:(\\d{1,9})(?:\\.\\d+)?ms)?");

	private RetryAfter() {
	}

	/**
	 * The time that an answer of this status asks for, not negative; null when it says
	 * none. Of limits only those count that are used up, and of these the longest.
	 * @param headers the value of a header; null when it has none
	 */
	static @Nullable Duration of(int status, Function<String, @Nullable String> headers) {
		return of(status, headers, Clock.systemUTC());
	}

	static @Nullable Duration of(int status, Function<String, @Nullable String> headers, Clock clock) {
		Duration seconds = read(headers.apply("retry-after-ms"), clock);
		if (seconds != null) {
			return seconds.dividedBy(1000);
		}
		Duration told = read(headers.apply("retry-after"), clock);
		if (told != null || status != 429) {
			return told;
		}
		Duration longest = null;
		for (String what : LIMITS) {
			longest = longer(longest, headers.apply("x-ratelimit-remaining-" + what),
					headers.apply("x-ratelimit-reset-" + what), clock);
		}
		for (String what : ANTHROPIC_LIMITS) {
			longest = longer(longest, headers.apply("anthropic-ratelimit-" + what + "-remaining"),
					headers.apply("anthropic-ratelimit-" + what + "-reset"), clock);
		}
		return longer(longest, ofAccount(headers.apply(ACCOUNT + "status"), headers.apply(ACCOUNT + "reset"), clock));
	}

	/** When an account that is used up is whole again, in seconds of the epoch. */
	private static @Nullable Duration ofAccount(@Nullable String status, @Nullable String reset, Clock clock) {
		if (status == null || reset == null || !status.strip().equals("rejected")
				|| !SECONDS_OF_THE_EPOCH.matcher(reset.strip()).matches()) {
			return null;
		}
		return until(Instant.ofEpochSecond(Long.parseLong(reset.strip())), clock);
	}

	private static @Nullable Duration longer(@Nullable Duration known, @Nullable String remaining,
			@Nullable String reset, Clock clock) {
		Duration wait = (remaining != null && reset != null && remaining.strip().equals("0")) ? time(reset, clock)
				: null;
		return longer(known, wait);
	}

	private static @Nullable Duration longer(@Nullable Duration known, @Nullable Duration wait) {
		return (wait == null || (known != null && known.compareTo(wait) > 0)) ? known : wait;
	}

	private static Duration until(Instant end, Clock clock) {
		Duration left = Duration.between(clock.instant(), end);
		return left.isNegative() ? Duration.ZERO : left;
	}

	/** A time to wait, or a time of day as Anthropic writes it (RFC 3339). */
	private static @Nullable Duration time(String header, Clock clock) {
		String text = header.strip();
		Matcher time = TIME.matcher(text);
		if (text.length() <= MAX_LENGTH && time.matches()) {
			return Duration.ofHours(whole(time.group(1)))
				.plusMinutes(whole(time.group(2)))
				.plusMillis((time.group(3) != null) ? (long) Math.ceil(Double.parseDouble(time.group(3)) * 1000) : 0)
				.plusMillis(whole(time.group(4)));
		}
		try {
			return until(OffsetDateTime.parse(text).toInstant(), clock);
		}
		catch (DateTimeException | ArithmeticException ex) {
			return read(text, clock);
		}
	}

	private static long whole(@Nullable String digits) {
		return (digits != null) ? Long.parseLong(digits) : 0;
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
			return until(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant(), clock);
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
