package dev.tallygate.security.caller;

import dev.tallygate.security.caller.IntrospectionOutcome.Active;
import dev.tallygate.security.caller.IntrospectionOutcome.Inactive;
import dev.tallygate.security.caller.IntrospectionOutcome.Unavailable;
import dev.tallygate.security.problem.Problem;
import dev.tallygate.security.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Finds out who presents the bearer token. It refuses nothing itself: whether a path
 * needs a caller is the chain's to say, which then asks the {@link EntryPoint}.
 */
class BearerFilter extends OncePerRequestFilter {

	private static final String BEARER = "Bearer ";

	private static final String UNAVAILABLE = BearerFilter.class.getName() + ".unavailable";

	private final Introspection introspection;

	BearerFilter(Introspection introspection) {
		this.introspection = introspection;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String token = tokenOf(request);
		if (token == null) {
			chain.doFilter(request, response);
			return;
		}
		switch (this.introspection.introspect(token)) {
			case Active(Caller caller) -> authenticate(request, caller);
			case Inactive() -> {
			}
			case Unavailable() -> request.setAttribute(UNAVAILABLE, true);
		}
		try {
			chain.doFilter(request, response);
		}
		finally {
			SecurityContextHolder.clearContext();
		}
	}

	private static void authenticate(HttpServletRequest request, Caller caller) {
		Callers.set(request, caller);
		SecurityContext context = SecurityContextHolder.createEmptyContext();
		context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(caller, null,
				List.of(new SimpleGrantedAuthority("ROLE_" + caller.role()))));
		SecurityContextHolder.setContext(context);
	}

	/** The presented token; null when there is none or more than one. */
	static @Nullable String tokenOf(HttpServletRequest request) {
		List<String> headers = Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION));
		if (headers.size() != 1 || !headers.getFirst().regionMatches(true, 0, BEARER, 0, BEARER.length())) {
			return null;
		}
		return headers.getFirst().substring(BEARER.length()).trim();
	}

	/** Answers whoever is nobody. */
	static final class EntryPoint implements AuthenticationEntryPoint {

		@Override
		public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException ex)
				throws IOException {
			if (request.getAttribute(UNAVAILABLE) != null) {
				response.setHeader(HttpHeaders.RETRY_AFTER, "1");
				ProblemWriter.write(Problem.KEY_SERVICE_UNAVAILABLE, response);
				return;
			}
			response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
			ProblemWriter.write(Problem.UNAUTHORIZED, response);
		}

	}

}
