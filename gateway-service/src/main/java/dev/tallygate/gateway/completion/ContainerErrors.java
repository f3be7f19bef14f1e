package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.dialect.OpenAiEnvelope;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.dialect.messages.AnthropicEnvelope;
import dev.tallygate.security.problem.ContainerProblems;
import dev.tallygate.security.problem.ErrorCode;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;

/**
 * What {@link ContainerProblems} says, under the wires in their words. It never says 408,
 * which clients repeat many times.
 */
public final class ContainerErrors extends ContainerProblems {

	@Override
	protected int told(int status) {
		return statusOf(status);
	}

	@Override
	protected String contentType(String path) {
		return path.startsWith("/v1") ? MediaType.APPLICATION_JSON_VALUE : super.contentType(path);
	}

	@Override
	protected String text(String path, int status) {
		if (!path.startsWith("/v1")) {
			return super.text(path, status);
		}
		WireError error = of(status);
		return new String(path.contains("/v1/messages") ? AnthropicEnvelope.INSTANCE.body(error, "")
				: OpenAiEnvelope.INSTANCE.body(error, ""), StandardCharsets.UTF_8);
	}

	private static int statusOf(int told) {
		return (told == 408) ? 400 : told;
	}

	/** What to say of a request that the container does not take. */
	static WireError of(int told) {
		int status = statusOf(told);
		String message = switch (status) {
			case 400 -> "The request is not complete or not valid HTTP.";
			case 404 -> "There is nothing at this path.";
			case 405 -> "This path does not take this method.";
			case 413 -> "The request is too large.";
			default -> "The request cannot be served.";
		};
		return WireError.of(status, codeOf(status), message);
	}

	private static String codeOf(int status) {
		return switch (status) {
			case 404 -> ErrorCode.NOT_FOUND;
			case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
			case 413 -> ErrorCode.REQUEST_TOO_LARGE;
			default -> (status < 500) ? ErrorCode.INVALID_REQUEST : ErrorCode.INTERNAL_ERROR;
		};
	}

}
