package dev.tallygate.security.problem;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * Says as a {@link Problem} what the container refuses by itself, before anything of ours
 * sees it or while a body is read, such as a path that cannot be decoded: its own words
 * are a page of HTML.
 */
public class ContainerProblems extends ErrorReportValve {

	/** For the container, which makes it by its name. */
	public ContainerProblems() {
	}

	@Override
	protected void report(Request request, Response response, @Nullable Throwable throwable) {
		int status = told(response.getStatus());
		if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported() || !canWrite(response)) {
			return;
		}
		String path = String.valueOf(request.getRequestURI());
		try {
			response.setStatus(status);
			response.setHeader("Cache-Control", "no-store");
			response.setContentType(contentType(path));
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

	/**
	 * The status to say where the container says this one.
	 */
	protected int told(int status) {
		return status;
	}

	/**
	 * Of what is said about this path.
	 */
	protected String contentType(String path) {
		return MediaType.APPLICATION_PROBLEM_JSON_VALUE;
	}

	/**
	 * What to say about this path.
	 */
	protected String text(String path, int status) {
		return ProblemWriter.text(of(status));
	}

	/** The container's status stays, also where we have no words for it alone. */
	private static Problem of(int status) {
		Problem known = ProblemAdvice.byStatus(status);
		HttpStatus standard = HttpStatus.resolve(status);
		String detail = (status == 400)
				? "The request is not valid HTTP, or its path has characters that may not be in one. Correct it."
				: known.detail();
		return new Problem(known.type(), (standard != null) ? standard.getReasonPhrase() : known.title(), status,
				known.code(), detail, Map.of());
	}

}
