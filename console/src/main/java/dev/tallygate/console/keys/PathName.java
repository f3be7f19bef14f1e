package dev.tallygate.console.keys;

import java.util.regex.Pattern;

/**
 * An id or name that goes into a service's path; none that could turn into another path.
 */
record PathName(String value) {

	private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

	PathName {
		if (!HARMLESS.matcher(value).matches()) {
			throw new IllegalArgumentException("not an id or a name");
		}
	}

	/**
	 * Reads what a form sent.
	 */
	public static PathName valueOf(String text) {
		return new PathName(text);
	}

}
