package dev.tallygate.gateway.completion.answer;

import dev.tallygate.events.Credential;
import dev.tallygate.gateway.dialect.InBandError;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.UpstreamException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A provider's refusal, without any key in it. What is an error of the caller's wire is
 * passed on as it came; of anything else only the text is told, and a proxy's HTML page
 * has none.
 *
 * @param status the provider's status
 * @param headers headers to pass on
 * @param retryAfter when it wants to be asked again; null when it does not say
 * @param wantsRetry whether it does not mind to be asked again
 * @param text what it says; null when that cannot be read
 * @param body its answer where it is an error of the caller's wire; null when not
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record ProviderWords(int status, List<AnswerHeaders.Field> headers, @Nullable Duration retryAfter,
		boolean wantsRetry, @Nullable String text, byte @Nullable [] body) {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final int MAX_LENGTH = 256 * 1024;

	private static final int MAX_TEXT = 2_000;

	/** Reads an answer whose status is an error. */
	public static ProviderWords read(UpstreamCall upstream, int status, Credential credential, Redaction redaction,
			boolean sameWire) {
		byte[] bytes = all(upstream);
		redaction.apply(bytes, 0, bytes.length);
		JsonNode answer = tree(bytes);
		boolean passes = sameWire && answer != null && answer.path("error").isObject();
		return of(status, (answer != null) ? textOf(answer) : null, passes ? bytes : null, upstream, credential,
				redaction);
	}

	/** What came inside an answer that was none. */
	public static ProviderWords of(InBandError error, UpstreamCall upstream, Credential credential,
			Redaction redaction) {
		return of(error.status(), error.message(), null, upstream, credential, redaction);
	}

	private static ProviderWords of(int status, @Nullable String text, byte @Nullable [] body, UpstreamCall upstream,
			Credential credential, Redaction redaction) {
		boolean unwanted = "false".equalsIgnoreCase(upstream.header("x-should-retry"));
		String told = (text == null || text.isBlank() || redaction.isIn(text)) ? null : cut(text.strip());
		return new ProviderWords(status, AnswerHeaders.of(upstream, credential, redaction),
				RetryAfter.of(status, upstream::header), !unwanted, told, body);
	}

	/** The same where it is known when to ask again. */
	public ProviderWords waiting(Duration wait) {
		return new ProviderWords(this.status, this.headers, wait, this.wantsRetry, this.text, this.body);
	}

	/** Whether it says something, and the same with the same status. */
	public boolean saysTheSameAs(ProviderWords other) {
		return this.text != null && this.text.equals(other.text) && this.status == other.status;
	}

	private static String cut(String text) {
		return (text.length() <= MAX_TEXT) ? text : text.substring(0, MAX_TEXT) + "...";
	}

	/** Nothing when it is too long, or breaks off. */
	private static byte[] all(UpstreamCall upstream) {
		byte[] bytes = new byte[4096];
		int length = 0;
		try {
			int count = upstream.read(bytes, 0, bytes.length);
			while (count >= 0) {
				length += count;
				if (length > MAX_LENGTH) {
					return new byte[0];
				}
				if (length == bytes.length) {
					bytes = Arrays.copyOf(bytes, length * 2);
				}
				count = upstream.read(bytes, length, bytes.length - length);
			}
		}
		catch (UpstreamException ex) {
			return new byte[0];
		}
		return Arrays.copyOf(bytes, length);
	}

	private static @Nullable JsonNode tree(byte[] bytes) {
		try {
			JsonNode node = (bytes.length > 0) ? JSON.readTree(bytes) : null;
			return (node != null && node.isObject()) ? node : null;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	/** Servers put it in many places. */
	private static @Nullable String textOf(JsonNode answer) {
		for (JsonNode place : List.of(answer.path("error").path("message"), answer.path("error"),
				answer.path("message"), answer.path("detail"))) {
			if (place.isString()) {
				return place.stringValue();
			}
		}
		return details(answer.path("detail"));
	}

	/** As FastAPI lists what is wrong with a request. */
	private static @Nullable String details(JsonNode list) {
		StringBuilder text = new StringBuilder();
		for (JsonNode each : list) {
			JsonNode message = each.path("msg");
			if (message.isString() && text.length() < MAX_TEXT) {
				text.append(text.isEmpty() ? "" : "; ");
				each.path("loc").forEach((step) -> text.append(step.asString()).append('.'));
				if (!text.isEmpty() && text.charAt(text.length() - 1) == '.') {
					text.setCharAt(text.length() - 1, ':');
					text.append(' ');
				}
				text.append(message.stringValue());
			}
		}
		return text.isEmpty() ? null : text.toString();
	}

}
