package dev.tallygate.security.internal;

import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.problem.Problem;
import dev.tallygate.security.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Decides which service may call a handler under {@code /internal}, before the body is
 * read, and hands the handler the {@link ServiceCaller}.
 */
class ServiceAccess implements HandlerInterceptor, HandlerMethodArgumentResolver {

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		if (handler instanceof HandlerMethod method) {
			check(request.getAttribute(ServiceCaller.ATTRIBUTE), allowed(method));
		}
		return true;
	}

	private static void check(@Nullable Object caller, List<String> names) {
		if (!(caller instanceof ServiceCaller(String name))) {
			throw ProblemException.notFound();
		}
		if (!names.contains(name) && !names.contains(AllowedServices.ANY)) {
			throw new ProblemException(HttpStatus.FORBIDDEN, ErrorCode.FORBIDDEN, "This service may not call this.");
		}
	}

	private static List<String> allowed(HandlerMethod method) {
		AllowedServices onMethod = method.getMethodAnnotation(AllowedServices.class);
		AllowedServices allowed = (onMethod != null) ? onMethod
				: AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), AllowedServices.class);
		return (allowed != null) ? Arrays.asList(allowed.value()) : List.of();
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType() == ServiceCaller.class;
	}

	@Override
	public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
			NativeWebRequest webRequest, @Nullable WebDataBinderFactory binderFactory) {
		HttpServletRequest request = webRequest.getNativeRequest(HttpServletRequest.class);
		Object caller = (request != null) ? request.getAttribute(ServiceCaller.ATTRIBUTE) : null;
		if (caller == null) {
			throw new ProblemException(Problem.UNAUTHORIZED);
		}
		return caller;
	}

}
