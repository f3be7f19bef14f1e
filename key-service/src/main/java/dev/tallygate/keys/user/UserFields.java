package dev.tallygate.keys.user;

import dev.tallygate.security.problem.ProblemException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a user's fields may be.
 */
final class UserFields {

	private static final int MAX_EMAIL = 254;

	private static final int MAX_DISPLAY_NAME = 100;

	/** One @ with something on both sides; the rest only a mail server can tell. */
	private static final Pattern EMAIL = Pattern.compile("[^@\\s\\p{Cntrl}]{1,64}@[^@\\s\\p{Cntrl}]{1,189}");

	private UserFields() {
	}

	static String email(@Nullable String email) {
		if (email == null || !isEmail(email)) {
			throw ProblemException.invalidField("email",
					"must be an email address of at most " + MAX_EMAIL + " characters");
		}
		return email;
	}

	static @Nullable String displayName(@Nullable String name) {
		if (name == null) {
			return null;
		}
		if (!isDisplayName(name)) {
			throw ProblemException.invalidField("displayName",
					"must be 1 to " + MAX_DISPLAY_NAME + " characters without control characters");
		}
		return name;
	}

	static boolean isEmail(@Nullable String email) {
		return email != null && email.length() <= MAX_EMAIL && EMAIL.matcher(email).matches();
	}

	static boolean isDisplayName(@Nullable String name) {
		return name != null && !name.isBlank() && name.length() <= MAX_DISPLAY_NAME
				&& name.chars().noneMatch(Character::isISOControl);
	}

}
