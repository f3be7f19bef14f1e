package dev.tallygate.security.caller;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Where the caller of a request is kept.
 */
final class Callers {

	private static final String ATTRIBUTE = Caller.class.getName();

	private Callers() {
	}

	static void set(HttpServletRequest request, Caller caller) {
		request.setAttribute(ATTRIBUTE, caller);
	}

	static @Nullable Caller of(HttpServletRequest request) {
		return (request.getAttribute(ATTRIBUTE) instanceof Caller caller) ? caller : null;
	}

}
