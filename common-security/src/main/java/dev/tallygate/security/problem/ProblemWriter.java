package dev.tallygate.security.problem;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers with a {@link Problem} where no controller is involved.
 */
public final class ProblemWriter {

	private static final JsonMapper MAPPER = new JsonMapper();

	private ProblemWriter() {
	}

	/**
	 * The body of the answer.
	 */
	static String text(Problem problem) {
		return MAPPER.writeValueAsString(problem);
	}

	/**
	 * Writes the whole answer.
	 */
	public static void write(Problem problem, HttpServletResponse response) throws IOException {
		byte[] body = MAPPER.writeValueAsBytes(problem);
		response.setStatus(problem.status());
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

}
