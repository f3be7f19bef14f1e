package dev.tallygate.gateway.completion;

import dev.tallygate.events.Credential;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.provider.UpstreamCall;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * Which headers of a provider's answer a caller gets to see. What the provider allows the
 * operator's own account is nobody else's business, so rate limits are passed on only
 * where the caller's own key was used.
 */
final class AnswerHeaders {

	private static final int MAX_LENGTH = 1024;

	private static final List<String> ALWAYS = List.of("content-encoding", "openai-processing-ms", "openai-version",
			"openai-model", "retry-after", "retry-after-ms", "x-should-retry");

	private static final List<String> OWN_KEY = List.of("x-ratelimit-limit-requests", "x-ratelimit-limit-tokens",
			"x-ratelimit-remaining-requests", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-requests",
			"x-ratelimit-reset-tokens", "openai-organization");

	private AnswerHeaders() {
	}

	/** Those of an answer, none with the key in it or with anything that is no text. */
	static List<Field> of(UpstreamCall answer, Credential credential, Redaction redaction) {
		List<Field> fields = new ArrayList<>(4);
		collect(fields, ALWAYS, answer, redaction);
		if (credential == Credential.USER) {
			collect(fields, OWN_KEY, answer, redaction);
		}
		return fields;
	}

	private static void collect(List<Field> fields, List<String> names, UpstreamCall answer, Redaction redaction) {
		for (String name : names) {
			String value = answer.header(name);
			if (value != null && isSafe(value, redaction)) {
				fields.add(new Field(name, value));
			}
		}
	}

	static boolean isSafe(String value, Redaction redaction) {
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

	static void write(List<Field> fields, HttpServletResponse response) {
		for (Field field : fields) {
			response.setHeader(field.name(), field.value());
		}
	}

	/**
	 * A header.
	 *
	 * @param name its name
	 * @param value its value
	 */
	record Field(String name, String value) {

	}

}
