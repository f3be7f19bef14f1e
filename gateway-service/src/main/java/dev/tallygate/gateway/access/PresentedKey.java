package dev.tallygate.gateway.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key a chat client presents: {@code Authorization: Bearer} or
 * {@code x-api-key}, or the same key in both.
 */
public final class PresentedKey {

	private static final String BEARER = "Bearer ";

	private PresentedKey() {
	}

	/**
	 * The key, or null when there is none, or more than one.
	 */
	public static @Nullable String of(HttpServletRequest request) {
		String authorization = single(request.getHeaders("Authorization"));
		String apiKey = single(request.getHeaders("x-api-key"));
		if (authorization == null) {
			return apiKey;
		}
		if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
			return null;
		}
		String bearer = authorization.substring(BEARER.length()).trim();
		return (apiKey == null || apiKey.equals(bearer)) ? bearer : null;
	}

	private static @Nullable String single(Enumeration<String> values) {
		if (!values.hasMoreElements()) {
			return null;
		}
		String value = values.nextElement();
		// A header sent twice names nobody: "" is no key.
		return values.hasMoreElements() ? "" : value;
	}

}
