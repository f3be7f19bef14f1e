package dev.tallygate.security.problem;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a field in a request's body, as it may be told back. Whatever it looks like
 * it is told, so that a caller finds the mistake; but for what looks like a secret that
 * slid into its place.
 */
final class FieldName {

	private static final int MAX_LENGTH = 200;

	/** From this length on a mixture of letters and digits is rather a key. */
	private static final int KEY_LENGTH = 24;

	private static final Pattern KEY_PREFIX = Pattern
		.compile("(?i)((sk|tg|xai|gsk|ghp|pplx)[-_]|eyJ|AIza|Bearer ).{12,}", Pattern.DOTALL);

	private FieldName() {
	}

	/**
	 * The name, cut where it is very long; null for what looks like a secret.
	 */
	static @Nullable String shown(String name) {
		if (KEY_PREFIX.matcher(name).matches() || looksRandom(name)) {
			return null;
		}
		return (name.length() > MAX_LENGTH) ? name.substring(0, MAX_LENGTH) + "…" : name;
	}

	/** Digits, small and capital letters in one run of word characters. */
	private static boolean looksRandom(String name) {
		return Pattern.compile("[^A-Za-z0-9]+")
			.splitAsStream(name)
			.anyMatch((run) -> run.length() >= KEY_LENGTH && run.chars().anyMatch(Character::isDigit)
					&& run.chars().anyMatch(Character::isUpperCase) && run.chars().anyMatch(Character::isLowerCase));
	}

}
