package dev.tallygate.security;

import dev.tallygate.events.UserId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Decides who may call a handler, after the path is matched and before the body is read,
 * so that a refusal never depends on the body.
 */
class AccessInterceptor implements HandlerInterceptor {

	static final String PATH_USER = PathUser.class.getName();

	private static final String INTERNAL = "/internal/";

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		if (!(handler instanceof HandlerMethod method)) {
			return true;
		}
		if (patternOf(request).startsWith(INTERNAL)) {
			checkService(request, method);
			return true;
		}
		Caller caller = Callers.of(request);
		String user = pathVariable(request, "user");
		if (user != null) {
			request.setAttribute(PATH_USER, target(caller, user));
		}
		if (annotation(method, AdminOnly.class) != null && (caller == null || !caller.isAdmin())) {
			throw new ProblemException((caller == null) ? Problem.UNAUTHORIZED : Problem.FORBIDDEN);
		}
		return true;
	}

	private static UserId target(@Nullable Caller caller, String user) {
		if (caller == null) {
			throw new ProblemException(Problem.UNAUTHORIZED);
		}
		if ("me".equals(user)) {
			return caller.userId();
		}
		UserId id = parse(user);
		if (!caller.mayActOn(id)) {
			throw ProblemException.notFound();
		}
		return id;
	}

	private static UserId parse(String user) {
		try {
			return UserId.parse(user);
		}
		catch (IllegalArgumentException ex) {
			throw ProblemException.notFound();
		}
	}

	private static void checkService(HttpServletRequest request, HandlerMethod method) {
		AllowedServices allowed = annotation(method, AllowedServices.class);
		if (!(request.getAttribute(ServiceCaller.ATTRIBUTE) instanceof ServiceCaller(String name))) {
			throw ProblemException.notFound();
		}
		List<String> names = (allowed != null) ? Arrays.asList(allowed.value()) : List.of();
		if (!names.contains(name) && !names.contains(AllowedServices.ANY)) {
			throw new ProblemException(HttpStatus.FORBIDDEN, "forbidden", "This service may not call this.");
		}
	}

	private static <A extends Annotation> @Nullable A annotation(HandlerMethod method, Class<A> type) {
		A onMethod = method.getMethodAnnotation(type);
		return (onMethod != null) ? onMethod : AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), type);
	}

	private static String patternOf(HttpServletRequest request) {
		return String.valueOf(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
	}

	private static @Nullable String pathVariable(HttpServletRequest request, String name) {
		Object variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
		return (variables instanceof Map<?, ?> map && map.get(name) instanceof String value) ? value : null;
	}

}
