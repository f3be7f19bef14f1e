package dev.tallygate.security.caller;

import dev.tallygate.events.UserId;
import dev.tallygate.security.problem.Problem;
import dev.tallygate.security.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Decides who may call a handler, after the path is matched and before the body is read,
 * so that a refusal never depends on the body.
 */
class AccessInterceptor implements HandlerInterceptor {

	static final String PATH_USER = PathUser.class.getName();

	private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		if (!(handler instanceof HandlerMethod method)) {
			return true;
		}
		Caller caller = Callers.of(request);
		Map<String, String> path = path(request);
		String user = path.get("user");
		UserId target = (user != null) ? target(caller, user) : null;
		request.setAttribute(PATH_USER, target);
		if (isForAdmins(method) && (caller == null || !caller.isAdmin())) {
			throw new ProblemException((caller == null) ? Problem.UNAUTHORIZED : Problem.FORBIDDEN);
		}
		if (caller != null && isChange(request, method) && caller.isRestricted()) {
			throw new ProblemException(Problem.KEY_RESTRICTED);
		}
		if (caller != null && method.getBean() instanceof NamedInPath controller && isSentMore(method)) {
			controller.requireNamed(path, target, caller);
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

	private static boolean isForAdmins(HandlerMethod method) {
		return method.hasMethodAnnotation(AdminOnly.class)
				|| AnnotatedElementUtils.hasAnnotation(method.getBeanType(), AdminOnly.class);
	}

	private static boolean isChange(HttpServletRequest request, HandlerMethod method) {
		return !READS.contains(request.getMethod()) && !method.hasMethodAnnotation(RestrictedKeysToo.class);
	}

	/** Whether there is something that could be malformed. */
	private static boolean isSentMore(HandlerMethod method) {
		return Arrays.stream(method.getMethodParameters())
			.anyMatch((parameter) -> parameter.hasParameterAnnotation(RequestBody.class)
					|| parameter.hasParameterAnnotation(RequestParam.class));
	}

	@SuppressWarnings("unchecked") // Spring MVC says so
	private static Map<String, String> path(HttpServletRequest request) {
		Object variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
		return (variables instanceof Map<?, ?> map) ? (Map<String, String>) map : Map.of();
	}

}
