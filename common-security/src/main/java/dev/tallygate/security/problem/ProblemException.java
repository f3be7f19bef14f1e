package dev.tallygate.security.problem;

import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * A failure that the caller is told about as a {@link Problem}.
 */
public final class ProblemException extends RuntimeException {

	private final transient Problem problem;

	private final transient HttpHeaders headers;

	/**
	 * A problem without headers of its own.
	 */
	public ProblemException(Problem problem) {
		this(problem, new HttpHeaders());
	}

	private ProblemException(Problem problem, HttpHeaders headers) {
		super(problem.code());
		this.problem = problem;
		this.headers = headers;
	}

	/**
	 * A problem by its parts.
	 * @param status the HTTP status
	 * @param code stable, for programs
	 * @param detail what is wrong and what to do about it
	 */
	public ProblemException(HttpStatus status, String code, String detail) {
		this(Problem.of(status, code, detail));
	}

	/**
	 * A 400 that names the field.
	 * @param field the field
	 * @param rule what it must be, as in "must be 1 to 64 characters"
	 */
	public static ProblemException invalidField(String field, String rule) {
		return new ProblemException(
				Problem.of(HttpStatus.BAD_REQUEST, ErrorCode.INVALID_REQUEST, "Field '" + field + "' " + rule + ".")
					.with("field", field));
	}

	/**
	 * The constant 404, the same for what does not exist and what is somebody else's.
	 */
	public static ProblemException notFound() {
		return new ProblemException(Problem.NOT_FOUND);
	}

	/**
	 * A 429.
	 * @param detail what there is too much of
	 * @param retryAfter when to come again
	 */
	public static ProblemException rateLimited(String detail, Duration retryAfter) {
		return passing(Problem.of(HttpStatus.TOO_MANY_REQUESTS, ErrorCode.RATE_LIMITED, detail), retryAfter);
	}

	/**
	 * A problem that will have passed.
	 * @param retryAfter when to come again, to the second
	 */
	public static ProblemException passing(Problem problem, Duration retryAfter) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(retryAfter.toSeconds()));
		return new ProblemException(problem, headers);
	}

	/**
	 * What the caller is told.
	 */
	public Problem problem() {
		return this.problem;
	}

	HttpHeaders headers() {
		return this.headers;
	}

}
