package dev.tallygate.keys.providerkey;

import dev.tallygate.security.problem.ProblemException;
import dev.tallygate.security.secret.Secret;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * The form of a provider's key, and how much of one is shown.
 */
final class KeyText {

	static final int MIN_LENGTH = 10;

	static final int MAX_LENGTH = 4096;

	private static final int HEAD = 7;

	private static final int TAIL = 4;

	private static final int SHORT_TAIL = 2;

	private KeyText() {
	}

	/**
	 * Takes a key in.
	 * @throws ProblemException a 400 {@code invalid_api_key_format} that shows nothing of
	 * it
	 */
	static Secret checked(@Nullable String key) {
		if (key == null || key.length() < MIN_LENGTH || key.length() > MAX_LENGTH
				|| key.chars().anyMatch((character) -> character <= ' ' || character > '~')) {
			throw new ProblemException(HttpStatus.BAD_REQUEST, "invalid_api_key_format", "An API key has " + MIN_LENGTH
					+ " to " + MAX_LENGTH + " ASCII characters without white space. Copy it again from the provider.");
		}
		return Secret.of(key);
	}

	/** First 7 and last 4, but never more than half; of a short one the last 2. */
	static String mask(String key) {
		if (key.length() < 2 * (HEAD + TAIL)) {
			return "..." + key.substring(key.length() - SHORT_TAIL);
		}
		return key.substring(0, HEAD) + "..." + key.substring(key.length() - TAIL);
	}

}
