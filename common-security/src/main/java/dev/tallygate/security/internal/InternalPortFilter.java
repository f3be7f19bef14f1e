package dev.tallygate.security.internal;

import dev.tallygate.security.internal.ProofCheck.Verdict;
import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.problem.Problem;
import dev.tallygate.security.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps {@code /internal/**} and its port to each other, and both to services with a
 * credential.
 */
class InternalPortFilter extends OncePerRequestFilter {

	private static final String INTERNAL = "/internal";

	private static final String BEARER = "Bearer ";

	private static final Problem NO_USERS = Problem.of(HttpStatus.FORBIDDEN, ErrorCode.FORBIDDEN,
			"This port is for services only.");

	private static final Problem NO_SERVICE = Problem.of(HttpStatus.UNAUTHORIZED, "invalid_service_credential",
			"Send the service's name and secret by HTTP Basic.");

	private static final Problem NOBODY_TO_ASK = Problem.of(HttpStatus.SERVICE_UNAVAILABLE,
			ErrorCode.KEY_SERVICE_UNAVAILABLE, "key-service could not be asked who calls. Try again shortly.");

	private static final Problem WRONG_CERTIFICATE = Problem.of(HttpStatus.FORBIDDEN, "wrong_certificate",
			"Present the certificate of the service whose name and secret you send.");

	private final InternalPort port;

	private final ServiceCredentials credentials;

	private final @Nullable ProofCheck proofs;

	private final @Nullable InternalTls tls;

	InternalPortFilter(InternalPort port, ServiceCredentials credentials, @Nullable ProofCheck proofs,
			@Nullable InternalTls tls) {
		this.port = port;
		this.credentials = credentials;
		this.proofs = proofs;
		this.tls = tls;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String path = request.getServletPath();
		boolean internal = path.equals(INTERNAL) || path.startsWith(INTERNAL + "/");
		if (internal != (request.getLocalPort() == this.port.number())) {
			ProblemWriter.write(Problem.NOT_FOUND, response);
			return;
		}
		if (!internal) {
			chain.doFilter(request, response);
			return;
		}
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		authenticated(request, response, chain);
	}

	private void authenticated(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (presentsUserKey(request)) {
			ProblemWriter.write(NO_USERS, response);
			return;
		}
		PresentedCredential presented = PresentedCredential.of(request.getHeader(HttpHeaders.AUTHORIZATION));
		Optional<String> service = this.credentials.authenticate(presented);
		if (service.isEmpty() && presented != null && this.proofs != null) {
			Verdict verdict = this.proofs.check(presented);
			if (verdict == Verdict.UNDECIDED) {
				response.setHeader(HttpHeaders.RETRY_AFTER, "1");
				ProblemWriter.write(NOBODY_TO_ASK, response);
				return;
			}
			service = (verdict == Verdict.RIGHT) ? Optional.of(presented.service()) : Optional.empty();
		}
		if (service.isEmpty()) {
			response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic");
			ProblemWriter.write(NO_SERVICE, response);
			return;
		}
		if (this.tls != null && !this.tls.isOf(service.get(), request)) {
			ProblemWriter.write(WRONG_CERTIFICATE, response);
			return;
		}
		request.setAttribute(ServiceCaller.ATTRIBUTE, new ServiceCaller(service.get()));
		chain.doFilter(request, response);
	}

	private static boolean presentsUserKey(HttpServletRequest request) {
		return request.getHeader("x-api-key") != null || Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION))
			.stream()
			.anyMatch((value) -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()));
	}

}
