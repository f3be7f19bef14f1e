package dev.tallygate.security.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Refuses a body whose {@code Content-Type} is a range such as {@code *}{@code /*}:
 * Spring fails at it instead of finding that nothing reads it.
 */
class ReadableTypes implements HandlerInterceptor {

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
			throws HttpMediaTypeNotSupportedException {
		String type = request.getContentType();
		if (isRange(type) && handler instanceof HandlerMethod method && takesBody(method)) {
			throw new HttpMediaTypeNotSupportedException((MediaType) null, List.of(MediaType.APPLICATION_JSON));
		}
		return true;
	}

	/** What is no media type at all is Spring's to find out. */
	private static boolean isRange(@Nullable String type) {
		if (type == null || type.isEmpty()) {
			return false;
		}
		try {
			return !MediaType.parseMediaType(type).isConcrete();
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

	private static boolean takesBody(HandlerMethod method) {
		return Arrays.stream(method.getMethodParameters())
			.anyMatch((parameter) -> parameter.hasParameterAnnotation(RequestBody.class));
	}

}
