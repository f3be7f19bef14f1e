package dev.tallygate.security;

import dev.tallygate.events.UserId;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Hands handlers the {@link Caller}, the {@link PathUser} and the {@link ServiceCaller}.
 */
class CallerArgumentResolver implements HandlerMethodArgumentResolver {

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType() == Caller.class || parameter.getParameterType() == ServiceCaller.class
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
		if (type == Caller.class) {
			return Callers.of(request);
		}
		return request
			.getAttribute((type == ServiceCaller.class) ? ServiceCaller.ATTRIBUTE : AccessInterceptor.PATH_USER);
	}

}
