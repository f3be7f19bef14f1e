package dev.tallygate.keys.apikey;

import dev.tallygate.events.KeyType;
import dev.tallygate.security.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wish for a key.
 *
 * @param name 1 to 64 characters, unique among the owner's keys
 * @param keyType what it is for; dev when absent
 * @param expiresAt when it shall die by itself, at most 10 years ahead
 * @param allowedModels the only models it shall be able to use, at most 100
 */
record KeyRequest(@Nullable String name, @Nullable KeyType keyType, @Nullable Instant expiresAt,
		@Nullable List<String> allowedModels) {

	private static final int MAX_NAME = 64;

	private static final int MAX_MODELS = 100;

	private static final int MAX_MODEL = 100;

	private static final Duration MAX_LIFE = Duration.ofDays(3653);

	/** The key that every new user gets. */
	static final KeyRequest DEFAULT = new KeyRequest("default", KeyType.DEV, null, null);

	/**
	 * The same in canonical form.
	 * @throws ProblemException a 400 that names the field
	 */
	KeyRequest checked(Instant now) {
		if (this.name == null || !isText(this.name, MAX_NAME)) {
			throw ProblemException.invalidField("name",
					"must be 1 to " + MAX_NAME + " characters without control characters or space around");
		}
		if (this.expiresAt != null && (!this.expiresAt.isAfter(now) || this.expiresAt.isAfter(now.plus(MAX_LIFE)))) {
			throw ProblemException.invalidField("expiresAt", "must be in the future, at most 10 years ahead");
		}
		if (this.allowedModels != null) {
			checkModels(this.allowedModels);
		}
		Instant expiry = (this.expiresAt != null) ? this.expiresAt.truncatedTo(ChronoUnit.MICROS) : null;
		return new KeyRequest(this.name, type(), expiry, this.allowedModels);
	}

	private static void checkModels(List<String> models) {
		if (models.size() > MAX_MODELS) {
			throw ProblemException.invalidField("allowedModels", "must have at most " + MAX_MODELS + " entries");
		}
		for (@Nullable
		String model : models) {
			if (model == null || !isText(model, MAX_MODEL)) {
				throw ProblemException.invalidField("allowedModels",
						"must hold names of 1 to " + MAX_MODEL + " characters without control characters");
			}
		}
	}

	private static boolean isText(String text, int max) {
		return !text.isEmpty() && text.length() <= max && text.equals(text.strip())
				&& text.chars().noneMatch(Character::isISOControl)
				&& text.codePoints().noneMatch(KeyRequest::isLoneSurrogate);
	}

	private static boolean isLoneSurrogate(int codePoint) {
		return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
	}

	KeyType type() {
		return (this.keyType != null) ? this.keyType : KeyType.DEV;
	}

}
