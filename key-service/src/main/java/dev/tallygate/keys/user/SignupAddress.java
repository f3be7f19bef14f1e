package dev.tallygate.keys.user;

import dev.tallygate.security.internal.ServiceCredentials;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/**
 * Where somebody is who signs up. The console tells it for people who sign up there, and
 * is believed because it proves that it is the console; nobody else's
 * {@code X-Forwarded-For} is looked at.
 */
@Component
class SignupAddress {

	private static final String FORWARDED = "X-Forwarded-For";

	private static final String CONSOLE = "console";

	private static final String SELF = "keys";

	private final ServiceCredentials credentials;

	SignupAddress(ServiceCredentials credentials) {
		this.credentials = credentials;
	}

	String of(HttpServletRequest request) {
		String told = isConsole(request) ? literal(only(request, FORWARDED)) : null;
		return (told != null) ? told : request.getRemoteAddr();
	}

	private boolean isConsole(HttpServletRequest request) {
		return this.credentials.isShownBy(CONSOLE, SELF, only(request, HttpHeaders.AUTHORIZATION));
	}

	private static @Nullable String only(HttpServletRequest request, String header) {
		List<String> values = Collections.list(request.getHeaders(header));
		return (values.size() == 1) ? values.getFirst() : null;
	}

	/** In the one form of it, so that nobody is several; no name is looked up. */
	private static @Nullable String literal(@Nullable String address) {
		try {
			return (address != null) ? InetAddress.ofLiteral(address).getHostAddress() : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
