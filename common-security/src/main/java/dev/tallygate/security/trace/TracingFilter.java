package dev.tallygate.security.trace;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.servlet.HandlerMapping;

/**
 * The span of a whole request, ahead of everything else. It tells method, route and
 * status; of the path only what the route says, for ids and names are in it.
 */
final class TracingFilter extends HttpFilter {

	private static final long serialVersionUID = 1L;

	private static final int FIRST_FAILURE = 500;

	private final transient Tracing tracing;

	TracingFilter(Tracing tracing) {
		this.tracing = tracing;
	}

	@Override
	protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		try (Span span = this.tracing.serve(request.getMethod(), request::getHeader)) {
			try {
				chain.doFilter(request, response);
			}
			catch (IOException | ServletException | RuntimeException ex) {
				span.failed(ex.getClass().getSimpleName());
				throw ex;
			}
			finally {
				tell(span, request, response);
			}
		}
	}

	private static void tell(Span span, HttpServletRequest request, HttpServletResponse response) {
		span.put("http.request.method", request.getMethod());
		span.put("http.response.status_code", Long.valueOf(response.getStatus()));
		Object route = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		if (route instanceof String pattern) {
			span.put("http.route", pattern);
			span.rename(request.getMethod() + ' ' + pattern);
		}
		if (response.getStatus() >= FIRST_FAILURE) {
			span.failed(Integer.toString(response.getStatus()));
		}
	}

}
