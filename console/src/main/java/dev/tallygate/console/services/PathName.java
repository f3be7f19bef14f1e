package dev.tallygate.console.services;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An id or name that goes into a service's path; none that could turn into another path.
 */
public record PathName(String value) {

	private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

	public PathName {
		if (!HARMLESS.matcher(value).matches()) {
			throw new IllegalArgumentException("not an id or a name");
		}
	}

	/** Whether a text can be one, so that a link can be made of it. */
	public static boolean canBe(@Nullable String text) {
		return text != null && HARMLESS.matcher(text).matches();
	}

	/**
	 * Reads what a form sent.
	 */
	public static PathName valueOf(String text) {
		return new PathName(text);
	}

}
