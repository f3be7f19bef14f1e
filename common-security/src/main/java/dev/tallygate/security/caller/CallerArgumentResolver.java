package dev.tallygate.security.caller;

import dev.tallygate.events.UserId;
import dev.tallygate.security.problem.Problem;
import dev.tallygate.security.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Hands handlers the {@link Caller} and the {@link PathUser}.
 */
class CallerArgumentResolver implements HandlerMethodArgumentResolver {

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType() == Caller.class
				|| (parameter.getParameterType() == UserId.class && parameter.hasParameterAnnotation(PathUser.class));
	}

	@Override
	public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
			NativeWebRequest webRequest, @Nullable WebDataBinderFactory binderFactory) {
		HttpServletRequest request = webRequest.getNativeRequest(HttpServletRequest.class);
		Object value = (request != null) ? valueOf(parameter.getParameterType(), request) : null;
		if (value == null) {
			throw new ProblemException(Problem.UNAUTHORIZED);
		}
		return value;
	}

	private static @Nullable Object valueOf(Class<?> type, HttpServletRequest request) {
		return (type == Caller.class) ? Callers.of(request) : request.getAttribute(AccessInterceptor.PATH_USER);
	}

}
