package dev.tallygate.gateway.completion;

import dev.tallygate.events.UuidV7;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes answers of our own to callers of the wires.
 */
final class WireResponse {

	private WireResponse() {
	}

	static void write(Failure failure, HttpServletResponse response) throws IOException {
		ProviderError answer = failure.answer();
		if (answer == null) {
			write(failure.error(), failure.labels(), response);
			return;
		}
		prepare(failure.labels(), response);
		response.setStatus(answer.status());
		if (answer.contentType() != null) {
			response.setContentType(answer.contentType());
		}
		AnswerHeaders.write(answer.headers(), response);
		response.setContentLength(answer.body().length);
		response.getOutputStream().write(answer.body());
	}

	static void write(WireError error, HttpServletResponse response) throws IOException {
		write(error, null, response);
	}

	/** Writes an error in the Anthropic wire's envelope. */
	static void writeAnthropic(WireError error, HttpServletResponse response) throws IOException {
		prepare(null, response);
		describe(error, AnthropicEnvelope.body(error, response.getHeader("x-request-id")), response);
	}

	/** Writes an answer that is no error. */
	static void write(byte[] json, HttpServletResponse response) throws IOException {
		prepare(null, response);
		body(json, response);
	}

	private static void write(WireError error, @Nullable Labels labels, HttpServletResponse response)
			throws IOException {
		prepare(labels, response);
		describe(error, OpenAiEnvelope.body(error), response);
	}

	private static void describe(WireError error, byte[] body, HttpServletResponse response) throws IOException {
		response.setStatus(error.status());
		if (error.status() == 401) {
			response.setHeader("WWW-Authenticate", "Bearer");
		}
		if (error.retryAfter() != null) {
			response.setHeader("retry-after", Long.toString(seconds(error.retryAfter())));
		}
		if (error.shouldRetry() != null) {
			response.setHeader("x-should-retry", error.shouldRetry().toString());
		}
		body(body, response);
	}

	private static void body(byte[] json, HttpServletResponse response) throws IOException {
		response.setContentType("application/json");
		response.setContentLength(json.length);
		response.getOutputStream().write(json);
	}

	private static void prepare(@Nullable Labels labels, HttpServletResponse response) {
		response.setHeader("Cache-Control", "no-store");
		response.setHeader("X-Content-Type-Options", "nosniff");
		if (labels != null) {
			labels.writeTo(response);
		}
		else {
			response.setHeader("x-request-id", UuidV7.next().toString());
		}
	}

	private static long seconds(Duration time) {
		return Math.max(1, (time.toMillis() + 999) / 1000);
	}

}
