package dev.tallygate.security.problem;

/**
 * Texts that a field can hold: something is in them and no space around it, and every
 * database and header takes them.
 */
public final class PlainText {

	private PlainText() {
	}

	/** Whether a text is one, of so many characters at most. */
	public static boolean is(String text, int max) {
		return !text.isEmpty() && text.length() <= max && text.equals(text.strip())
				&& text.chars().noneMatch(Character::isISOControl)
				&& text.codePoints().noneMatch(PlainText::isLoneSurrogate);
	}

	private static boolean isLoneSurrogate(int codePoint) {
		return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
	}

}
