package dev.tallygate.gateway.access;

import dev.tallygate.gateway.http.CallerRequest;
import dev.tallygate.security.caller.ApiKeyFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The key a client presents: {@code Authorization: Bearer} or {@code x-api-key}, or the
 * same key in both. Agents send a second key that somebody left in their environment;
 * where only one has the form of ours, that one is meant.
 */
public sealed interface PresentedKey {

	/** The scheme of a key in {@code Authorization}. */
	String BEARER = "Bearer ";

	/**
	 * A key.
	 *
	 * @param token as it was presented
	 */
	record One(String token) implements PresentedKey {

	}

	/** No key, or none that can be one. */
	record None() implements PresentedKey {

	}

	/** Two keys, and nobody can tell which one is meant. */
	record Two() implements PresentedKey {

	}

	/** What a request presents. */
	static PresentedKey of(CallerRequest request) {
		String authorization = single(request.headers("Authorization"));
		String apiKey = single(request.headers("x-api-key"));
		if (authorization == null) {
			return one(apiKey);
		}
		if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
			return new None();
		}
		String bearer = authorization.substring(BEARER.length()).trim();
		return (apiKey == null || apiKey.equals(bearer)) ? one(bearer) : oneOf(bearer, apiKey);
	}

	private static PresentedKey one(@Nullable String token) {
		return (token == null || token.isEmpty()) ? new None() : new One(token);
	}

	private static PresentedKey oneOf(String bearer, String apiKey) {
		boolean ours = ApiKeyFormat.isWellFormed(bearer);
		return (ours == ApiKeyFormat.isWellFormed(apiKey)) ? new Two() : new One(ours ? bearer : apiKey);
	}

	private static @Nullable String single(List<String> values) {
		// A header sent twice names nobody: "" is no key.
		return values.isEmpty() ? null : (values.size() == 1) ? values.getFirst() : "";
	}

}
