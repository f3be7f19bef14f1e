package dev.tallygate.gateway.dialect;

/**
 * Guesses how many tokens a text has, from above and in one pass over its bytes, for
 * admission: a reservation should rather be a little too large than too small, and every
 * call needs one. The rules follow how byte-pair vocabularies cut text: runs of letters,
 * of at most three digits, of spaces, and of the rest.
 */
public final class TokenEstimate {

	/** What one image or other attached file is taken for. */
	public static final long PER_ATTACHMENT = 1_105;

	/** What a message costs beside its text: role and separators. */
	public static final long PER_MESSAGE = 4;

	private static final int LETTERS_PER_TOKEN = 4;

	private static final int DIGITS_PER_TOKEN = 3;

	private TokenEstimate() {
	}

	/**
	 * Tokens in a UTF-8 text, which may hold JSON escapes.
	 */
	public static long of(byte[] text, int from, int to) {
		long tokens = 0;
		int i = from;
		while (i < to) {
			int c = text[i];
			int start = i;
			if (isLetter(c)) {
				i = letters(text, i, to);
				tokens += perRun(i - start, LETTERS_PER_TOKEN);
			}
			else if (c >= '0' && c <= '9') {
				while (i < to && text[i] >= '0' && text[i] <= '9') {
					i++;
				}
				tokens += perRun(i - start, DIGITS_PER_TOKEN);
			}
			else {
				i++;
				tokens += (c == ' ' && i < to && text[i] != ' ') ? 0 : 1;
			}
		}
		return tokens;
	}

	private static int letters(byte[] text, int from, int to) {
		int i = from;
		while (i < to && isLetter(text[i])) {
			i++;
		}
		return i;
	}

	private static boolean isLetter(int c) {
		int lower = c | 0x20;
		return lower >= 'a' && lower <= 'z';
	}

	private static long perRun(int length, int perToken) {
		return Math.ceilDiv(length, perToken);
	}

}
