package dev.tallygate.gateway.completion.answer;

import dev.tallygate.events.Credential;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.http.CallerResponse;
import dev.tallygate.gateway.provider.UpstreamCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which headers of a provider's answer a caller gets to see. What the provider allows the
 * operator's own account is nobody else's business, so rate limits are passed on only
 * where the caller's own key was used.
 */
public final class AnswerHeaders {

	private static final int MAX_LENGTH = 1024;

	private static final List<String> ALWAYS = List.of("content-encoding", "openai-processing-ms", "openai-version",
			"openai-model", "x-should-retry");

	/** How long to wait, in seconds and in milliseconds. */
	private static final String WAIT = "retry-after";

	private static final String WAIT_MILLIS = "retry-after-ms";

	private static final List<String> OWN_KEY = List.of("openai-organization");

	private static final List<String> OWN_KEY_PREFIXES = List.of("x-ratelimit-", "anthropic-ratelimit-");

	private static final int MAX_LIMITS = 32;

	private AnswerHeaders() {
	}

	/** Those of an answer, none with the key in it or with anything that is no text. */
	public static List<Field> of(UpstreamCall answer, Credential credential, Redaction redaction) {
		List<Field> fields = new ArrayList<>(4);
		collect(fields, ALWAYS, answer, redaction);
		waits(fields, answer);
		if (credential == Credential.USER) {
			collect(fields, OWN_KEY, answer, redaction);
			answer.headers((name, value) -> {
				String lower = name.toLowerCase(Locale.ROOT);
				if (fields.size() < MAX_LIMITS && OWN_KEY_PREFIXES.stream().anyMatch(lower::startsWith)
						&& isSafe(value, redaction) && isSafe(name, redaction)) {
					fields.add(new Field(lower, value));
				}
			});
		}
		return fields;
	}

	/** As they came, unless clients would drop them or wait in silence. */
	private static void waits(List<Field> fields, UpstreamCall answer) {
		Duration seconds = RetryAfter.read(answer.header(WAIT));
		if (seconds != null) {
			boolean tooLong = seconds.compareTo(RetryAfter.LONGEST) > 0;
			fields.add(new Field(WAIT, tooLong ? RetryAfter.text(seconds) : String.valueOf(answer.header(WAIT))));
		}
		Duration millis = RetryAfter.read(answer.header(WAIT_MILLIS));
		if (millis != null) {
			long most = RetryAfter.LONGEST.toMillis();
			fields.add(new Field(WAIT_MILLIS,
					(millis.toSeconds() > most) ? Long.toString(most) : String.valueOf(answer.header(WAIT_MILLIS))));
		}
	}

	private static void collect(List<Field> fields, List<String> names, UpstreamCall answer, Redaction redaction) {
		for (String name : names) {
			String value = answer.header(name);
			if (value != null && isSafe(value, redaction)) {
				fields.add(new Field(name, value));
			}
		}
	}

	public static boolean isSafe(String value, Redaction redaction) {
		if (value.length() > MAX_LENGTH || redaction.isIn(value)) {
			return false;
		}
		for (int i = 0; i < value.length(); i++) {
			if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
				return false;
			}
		}
		return true;
	}

	/** Writes them beside what is said of the caller's limits here. */
	public static void write(List<Field> fields, CallerResponse response) {
		for (Field field : RateHeaders.besideOwn(fields, response)) {
			response.header(field.name(), field.value());
		}
	}

	/**
	 * A header.
	 *
	 * @param name its name
	 * @param value its value
	 */
	public record Field(String name, String value) {

	}

}
