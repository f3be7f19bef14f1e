package dev.tallygate.console.session;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Pages take forms and nothing else: a body of another type would look like a form in
 * which nothing was filled in.
 */
@Configuration(proxyBeanMethods = false)
class FormsOnly implements WebMvcConfigurer, HandlerInterceptor {

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(this).excludePathPatterns("/error");
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
			throws HttpMediaTypeNotSupportedException {
		String type = request.getContentType();
		if (handler instanceof HandlerMethod method && "POST".equals(request.getMethod()) && type != null) {
			MediaType wanted = takesBody(method) ? MediaType.APPLICATION_JSON : MediaType.APPLICATION_FORM_URLENCODED;
			if (!is(wanted, type)) {
				throw new HttpMediaTypeNotSupportedException((MediaType) null, List.of(wanted));
			}
		}
		return true;
	}

	/** What a script of ours sends. */
	private static boolean takesBody(HandlerMethod method) {
		PostMapping mapping = method.getMethodAnnotation(PostMapping.class);
		return mapping != null && Arrays.asList(mapping.consumes()).contains(MediaType.APPLICATION_JSON_VALUE);
	}

	private static boolean is(MediaType wanted, String type) {
		try {
			return wanted.equalsTypeAndSubtype(MediaType.parseMediaType(type));
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

}
