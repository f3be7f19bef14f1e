package dev.tallygate.security.problem;

import java.util.List;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Turns every failure into a {@link Problem}. Details are made of names this program
 * knows, never of what the request said: a malformed request may well have its secret
 * anywhere.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
class ProblemAdvice extends ResponseEntityExceptionHandler {

	private static final Logger logger = LoggerFactory.getLogger(ProblemAdvice.class);

	@ExceptionHandler(ProblemException.class)
	ResponseEntity<Object> handleProblem(ProblemException ex) {
		return ex.problem().response(ex.headers());
	}

	/** Tomcat finds out late that a query string cannot be decoded. */
	@ExceptionHandler(InvalidParameterException.class)
	ResponseEntity<Object> handleUndecodable(InvalidParameterException ex) {
		return (byStatus(ex.getErrorCode()).status() < 500) ? byStatus(ex.getErrorCode()).response(new HttpHeaders())
				: handleUnexpected(ex);
	}

	@ExceptionHandler(Exception.class)
	ResponseEntity<Object> handleUnexpected(Exception ex) {
		// The message may quote the request; the stack says where without it.
		logger.error("unexpected {}", Failures.describe(ex));
		return Problem.INTERNAL_ERROR.response(new HttpHeaders());
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		return problemOf(ex).response(headers);
	}

	private static Problem problemOf(HttpMessageNotReadableException ex) {
		for (Throwable cause = ex.getCause(); cause != null; cause = cause.getCause()) {
			if (cause instanceof ProblemException stated) {
				return stated.problem();
			}
		}
		return switch (ex.getCause()) {
			case StreamConstraintsException tooMuch -> Problem.of(HttpStatus.CONTENT_TOO_LARGE,
					ErrorCode.REQUEST_TOO_LARGE, "The request body is too large or too deeply nested. Send less.");
			case UnrecognizedPropertyException unknown -> unknownField(unknown);
			case InputCoercionException wrong -> wrongType(wrong);
			case DatabindException wrong -> wrongType(wrong);
			case null, default -> invalid("The request body is missing or not valid JSON.");
		};
	}

	private static Problem unknownField(UnrecognizedPropertyException ex) {
		String name = FieldName.shown(ex.getPropertyName());
		if (name == null) {
			return invalid("The request body has an unknown field that looks like a secret. Remove it.");
		}
		return invalid("Unknown field '" + name + "'. Remove it or correct its name.").with("field", name);
	}

	private static Problem wrongType(JacksonException ex) {
		String field = FieldName.shown(fieldOf(ex.getPath()));
		if (field == null || field.isEmpty()) {
			return invalid("The request body has the wrong form. See /v3/api-docs.");
		}
		return invalid("Field '" + field + "' has the wrong type or value. See /v3/api-docs.").with("field", field);
	}

	private static String fieldOf(List<JacksonException.Reference> path) {
		StringBuilder field = new StringBuilder();
		for (JacksonException.Reference reference : path) {
			if (reference.getPropertyName() != null && field.isEmpty()) {
				field.append(reference.getPropertyName());
			}
		}
		return field.toString();
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
			MissingServletRequestParameterException ex, HttpHeaders headers, HttpStatusCode status,
			WebRequest request) {
		return invalid("Parameter '" + ex.getParameterName() + "' is missing.").with("field", ex.getParameterName())
			.response(headers);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleExceptionInternal(Exception ex, @Nullable Object body,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		if (ex instanceof MethodArgumentTypeMismatchException mismatch) {
			return mismatchOf(mismatch).response(headers);
		}
		return byStatus(status.value()).response(headers);
	}

	/**
	 * An id in the path that is none names nothing; a query parameter is the caller's
	 * mistake.
	 */
	private static Problem mismatchOf(MethodArgumentTypeMismatchException ex) {
		boolean inPath = ex.getParameter()
			.hasParameterAnnotation(org.springframework.web.bind.annotation.PathVariable.class);
		return inPath ? Problem.NOT_FOUND
				: invalid("Parameter '" + ex.getName() + "' has the wrong type or value.").with("field", ex.getName());
	}

	static Problem byStatus(int status) {
		return switch (status) {
			case 401 -> Problem.UNAUTHORIZED;
			case 403 -> Problem.FORBIDDEN;
			case 404 -> Problem.NOT_FOUND;
			case 405 -> Problem.of(HttpStatus.METHOD_NOT_ALLOWED, ErrorCode.METHOD_NOT_ALLOWED,
					"This path does not take this method. See the Allow header.");
			case 406 -> Problem.of(HttpStatus.NOT_ACCEPTABLE, "not_acceptable",
					"This can only be answered in another media type. Accept application/json.");
			case 413 -> Problem.of(HttpStatus.CONTENT_TOO_LARGE, ErrorCode.REQUEST_TOO_LARGE,
					"The request body is too large. Send less.");
			case 415 -> Problem.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type",
					"Send the body as application/json.");
			case 503 ->
				Problem.of(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.UNAVAILABLE, "Try again in a few seconds.");
			default -> (status >= 400 && status < 500) ? invalid("The request is malformed. See /v3/api-docs.")
					: Problem.INTERNAL_ERROR;
		};
	}

	private static Problem invalid(String detail) {
		return Problem.of(HttpStatus.BAD_REQUEST, ErrorCode.INVALID_REQUEST, detail);
	}

}
