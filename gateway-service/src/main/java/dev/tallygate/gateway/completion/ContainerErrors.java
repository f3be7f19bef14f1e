package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.dialect.OpenAiEnvelope;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.dialect.messages.AnthropicEnvelope;
import dev.tallygate.security.problem.ErrorCode;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;

/**
 * Says in JSON what the container refuses by itself, before anything of ours sees it or
 * while a body is read: its own words are a page of HTML. It never says 408, which
 * clients repeat many times.
 */
public final class ContainerErrors extends ErrorReportValve {

	@Override
	protected void report(Request request, Response response, @Nullable Throwable throwable) {
		int status = (response.getStatus() == 408) ? 400 : response.getStatus();
		if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported() || !canWrite(response)) {
			return;
		}
		String path = String.valueOf(request.getRequestURI());
		try {
			response.setStatus(status);
			response.setHeader("Cache-Control", "no-store");
			response.setContentType(path.startsWith("/v1") ? "application/json" : "application/problem+json");
			response.setCharacterEncoding(StandardCharsets.UTF_8);
			Writer writer = response.getReporter();
			if (writer != null) {
				writer.write(text(path, status));
				response.finishResponse();
			}
		}
		catch (IOException | IllegalStateException ex) {
			// the caller is gone
		}
	}

	private static boolean canWrite(Response response) {
		AtomicBoolean allowed = new AtomicBoolean();
		response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, allowed);
		return allowed.get();
	}

	/** What to say of a request that the container does not take. */
	static WireError of(int told) {
		int status = (told == 408) ? 400 : told;
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

	private static String text(String path, int status) {
		WireError error = of(status);
		if (path.contains("/v1/messages")) {
			return new String(AnthropicEnvelope.INSTANCE.body(error, ""), StandardCharsets.UTF_8);
		}
		if (path.startsWith("/v1")) {
			return new String(OpenAiEnvelope.INSTANCE.body(error, ""), StandardCharsets.UTF_8);
		}
		return "{\"type\":\"about:blank\",\"title\":\"" + error.message() + "\",\"status\":" + status + ",\"code\":\""
				+ error.code() + "\"}";
	}

}
