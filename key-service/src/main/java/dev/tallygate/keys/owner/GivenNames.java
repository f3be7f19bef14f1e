package dev.tallygate.keys.owner;

/**
 * What people may call things.
 */
public final class GivenNames {

	/** Joins two characters, as in some scripts and pictures, or keeps them apart. */
	private static final int JOINER = 0x200D;

	private static final int NON_JOINER = 0x200C;

	private GivenNames() {
	}

	/**
	 * Whether a name shows as what it is: something is to be seen, and nothing unseen
	 * turns or parts the text around it.
	 */
	public static boolean isReadable(String name) {
		return name.codePoints().noneMatch(GivenNames::isUnseen) && name.codePoints().anyMatch(GivenNames::isSeen);
	}

	private static boolean isUnseen(int codePoint) {
		return switch (Character.getType(codePoint)) {
			case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
				true;
			case Character.FORMAT -> codePoint != JOINER && codePoint != NON_JOINER;
			default -> false;
		};
	}

	private static boolean isSeen(int codePoint) {
		return codePoint != JOINER && codePoint != NON_JOINER && !Character.isSpaceChar(codePoint);
	}

}
