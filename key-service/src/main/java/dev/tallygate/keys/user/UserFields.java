package dev.tallygate.keys.user;

import dev.tallygate.keys.owner.GivenNames;
import dev.tallygate.security.problem.ProblemException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a user's fields may be.
 */
final class UserFields {

	private static final int MAX_EMAIL = 254;

	private static final int MAX_DISPLAY_NAME = 100;

	/**
	 * As browsers take it from a form, and letters of any script: whether it reaches
	 * anybody only a mail server can tell. A host without a dot is one.
	 */
	private static final Pattern EMAIL = Pattern
		.compile("[\\p{L}\\p{M}\\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@LABEL(\\.LABEL)*".replace("LABEL",
				"[\\p{L}\\p{N}]([\\p{L}\\p{M}\\p{N}-]{0,61}[\\p{L}\\p{M}\\p{N}])?"));

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
					"must be 1 to " + MAX_DISPLAY_NAME + " characters without control or unseen ones");
		}
		return name;
	}

	static boolean isEmail(@Nullable String email) {
		return email != null && email.length() <= MAX_EMAIL && EMAIL.matcher(email).matches();
	}

	static boolean isDisplayName(@Nullable String name) {
		return name != null && !name.isBlank() && name.length() <= MAX_DISPLAY_NAME && GivenNames.isReadable(name);
	}

}
