package dev.tallygate.gateway.completion.answer;

import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.http.CallerResponse;
import dev.tallygate.gateway.limits.Allowance;
import dev.tallygate.gateway.limits.RateOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells how the caller's rate limits stand, in the words of the wire's own SDKs.
 */
public final class RateHeaders {

	/** Which of a limit's figures a header tells, in either family. */
	private static final Pattern FIGURE = Pattern.compile("-(limit|remaining|reset)(?=-|$)");

	private RateHeaders() {
	}

	public static void write(RateOutcome outcome, Wire wire, CallerResponse response) {
		boolean anthropic = wire.operation() == Operation.MESSAGES;
		write(outcome.requests(), "requests", anthropic, response);
		write(outcome.tokens(), "tokens", anthropic, response);
	}

	private static void write(@Nullable Allowance allowance, String what, boolean anthropic, CallerResponse response) {
		if (allowance == null) {
			return;
		}
		if (anthropic) {
			String name = "anthropic-ratelimit-" + what;
			Instant full = Instant.now().plus(allowance.reset()).truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
			response.header(name + "-limit", Long.toString(allowance.limit()));
			response.header(name + "-remaining", Long.toString(allowance.remaining()));
			response.header(name + "-reset", full.toString());
		}
		else {
			response.header("x-ratelimit-limit-" + what, Long.toString(allowance.limit()));
			response.header("x-ratelimit-remaining-" + what, Long.toString(allowance.remaining()));
			response.header("x-ratelimit-reset-" + what, text(allowance.reset()));
		}
	}

	/**
	 * Those of a provider's headers that go beside what is written already. Where both
	 * limit the same, callers are bound by the one of which less is left, and that one
	 * tells all of it: a limit of one and a rest of the other would mean nothing.
	 */
	static List<AnswerHeaders.Field> besideOwn(List<AnswerHeaders.Field> provider, CallerResponse response) {
		return provider.stream().filter((field) -> {
			String remaining = FIGURE.matcher(field.name()).replaceFirst("-remaining");
			String own = isLimit(field.name()) ? response.header(remaining) : null;
			return own == null || provider.stream()
				.anyMatch((other) -> other.name().equals(remaining) && count(other.value()) <= count(own));
		}).toList();
	}

	private static boolean isLimit(String name) {
		return name.startsWith("x-ratelimit-") || name.startsWith("anthropic-ratelimit-");
	}

	/** What is no count is taken for more than any. */
	private static long count(String value) {
		try {
			return Long.parseLong(value.strip());
		}
		catch (NumberFormatException ex) {
			return Long.MAX_VALUE;
		}
	}

	/** Those that were written into a response. */
	public static List<AnswerHeaders.Field> in(CallerResponse response) {
		List<AnswerHeaders.Field> fields = new ArrayList<>(0);
		for (String name : response.headerNames()) {
			String value = isLimit(name) ? response.header(name) : null;
			if (value != null) {
				fields.add(new AnswerHeaders.Field(name, value));
			}
		}
		return fields;
	}

	/** As OpenAI writes it: {@code 120ms}, {@code 7.66s}, {@code 1m0s}. */
	static String text(Duration time) {
		long millis = Math.ceilDiv(time.toNanos(), 1_000_000L);
		if (millis < 1000) {
			return millis + "ms";
		}
		String seconds = (millis % 60_000) / 1000 + ((millis % 1000 > 0) ? "." + padded(millis % 1000) : "");
		return (millis >= 60_000) ? millis / 60_000 + "m" + seconds + "s" : seconds + "s";
	}

	private static String padded(long millis) {
		return Long.toString(1000 + millis).substring(1).replaceAll("0+$", "");
	}

}
