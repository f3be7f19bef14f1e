package dev.tallygate.gateway.dialect;

/**
 * Guesses how many tokens a text has, from above and in one pass over its bytes, for
 * admission: a reservation should rather be a little too large than too small, and every
 * call needs one. Text is cut as byte-pair vocabularies do it: words with the character
 * before them, up to three digits, runs of the rest. A piece that is a token of the
 * vocabulary counts as one; another by the longest tokens it starts with, and a little
 * more, since merging does not find the fewest. Bounded by the bytes of the text.
 */
public final class TokenEstimate {

	/** What a message costs beside its text: role and separators. */
	public static final long PER_MESSAGE = 4;

	/**
	 * So many bytes of pieces that are no tokens are looked at; then it is rather too
	 * many.
	 */
	private static final int LOOKED_AT = 256 * 1024;

	/** Other providers' vocabularies cut finer: a tenth is added. */
	private static final int MARGIN = 10;

	private static final Vocabulary VOCABULARY = Vocabulary.get();

	private final byte[] text;

	private final int to;

	private int at;

	private int lookedAt;

	private TokenEstimate(byte[] text, int from, int to) {
		this.text = text;
		this.at = from;
		this.to = to;
	}

	/** Loads what is needed, so that no call waits for it. */
	public static void prepare() {
		of(new byte[] { 'a' }, 0, 1);
	}

	/**
	 * Tokens in a UTF-8 text, which may hold JSON escapes.
	 */
	public static long of(byte[] text, int from, int to) {
		long tokens;
		int length = to - from;
		if (hasEscapes(text, from, to)) {
			byte[] plain = unescaped(text, from, to);
			tokens = new TokenEstimate(plain, 0, plain.length).count();
		}
		else {
			tokens = new TokenEstimate(text, from, to).count();
		}
		return Math.min(length, tokens + Math.ceilDiv(tokens, MARGIN));
	}

	/** The same of a text without escapes, backslashes being themselves. */
	static long ofPlain(byte[] text) {
		return new TokenEstimate(text, 0, text.length).count();
	}

	private static boolean hasEscapes(byte[] text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (text[i] == '\\') {
				return true;
			}
		}
		return false;
	}

	private static byte[] unescaped(byte[] text, int from, int to) {
		byte[] plain = new byte[to - from];
		int length = 0;
		int i = from;
		while (i < to) {
			if (text[i] != '\\' || i + 1 == to) {
				plain[length++] = text[i++];
				continue;
			}
			int kind = text[i + 1];
			if (kind == 'u' && i + 6 <= to) {
				int unit = hex(text, i + 2);
				i += 6;
				if (Character.isHighSurrogate((char) unit) && i + 6 <= to && text[i] == '\\' && text[i + 1] == 'u') {
					unit = Character.toCodePoint((char) unit, (char) hex(text, i + 2));
					i += 6;
				}
				length = encode(unit, plain, length);
			}
			else {
				plain[length++] = (byte) ((kind == 'n') ? '\n' : (kind == 't') ? '\t' : (kind == 'r') ? '\r' : kind);
				i += 2;
			}
		}
		return java.util.Arrays.copyOf(plain, length);
	}

	private static int hex(byte[] text, int from) {
		int value = 0;
		for (int i = from; i < from + 4; i++) {
			value = value * 16 + Math.max(0, Character.digit(text[i], 16));
		}
		return value;
	}

	private static int encode(int codePoint, byte[] into, int at) {
		int length = at;
		if (codePoint < 0x80) {
			into[length++] = (byte) codePoint;
		}
		else if (codePoint < 0x800) {
			into[length++] = (byte) (0xC0 | (codePoint >> 6));
			into[length++] = (byte) (0x80 | (codePoint & 0x3F));
		}
		else if (codePoint < 0x10000) {
			into[length++] = (byte) (0xE0 | (codePoint >> 12));
			into[length++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
			into[length++] = (byte) (0x80 | (codePoint & 0x3F));
		}
		else {
			into[length++] = (byte) (0xF0 | (codePoint >> 18));
			into[length++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
			into[length++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
			into[length++] = (byte) (0x80 | (codePoint & 0x3F));
		}
		return length;
	}

	private long count() {
		long tokens = 0;
		while (this.at < this.to) {
			tokens += piece();
		}
		return tokens;
	}

	private long piece() {
		int start = this.at;
		int c = codePoint(start);
		int size = size(start);
		if (isLetter(c)) {
			return word(start, start);
		}
		if (isDigit(c)) {
			int digits = 0;
			while (this.at < this.to && digits < 3 && isDigit(codePoint(this.at))) {
				this.at += size(this.at);
				digits++;
			}
			return cost(start, this.at);
		}
		int after = start + size;
		if (c != '\r' && c != '\n' && after < this.to && isLetter(codePoint(after))) {
			return word(start, after);
		}
		return isSpace(c) ? spaces(start) : rest(start, after);
	}

	/** Capitals, then small letters; letters without case go with both. */
	private long word(int start, int from) {
		this.at = from;
		boolean small = false;
		while (this.at < this.to) {
			int c = codePoint(this.at);
			if (!isLetter(c)) {
				break;
			}
			boolean capital = (c < 128) ? c <= 'Z' : Character.isUpperCase(c) || Character.isTitleCase(c);
			if (capital && small) {
				break;
			}
			small |= (c < 128) ? c >= 'a' : Character.isLowerCase(c);
			this.at += size(this.at);
		}
		return cost(start, this.at);
	}

	private long spaces(int start) {
		int end = start;
		int lineEnd = -1;
		while (end < this.to && isSpace(codePoint(end))) {
			int c = this.text[end];
			end += size(end);
			lineEnd = (c == '\n' || c == '\r') ? end : lineEnd;
		}
		if (lineEnd > 0) {
			end = lineEnd;
		}
		else if (end < this.to && end - start > 1) {
			// The last one goes with what follows.
			end--;
			while (end > start + 1 && (this.text[end] & 0xC0) == 0x80) {
				end--;
			}
		}
		else if (end < this.to && end - start == 1 && this.text[start] == ' ' && !isDigit(codePoint(end))) {
			return rest(start, end);
		}
		this.at = end;
		return cost(start, end);
	}

	private long rest(int start, int from) {
		this.at = from;
		while (this.at < this.to) {
			int c = codePoint(this.at);
			if (isSpace(c) || isLetter(c) || isDigit(c)) {
				break;
			}
			this.at += size(this.at);
		}
		while (this.at < this.to && (this.text[this.at] == '\n' || this.text[this.at] == '\r')) {
			this.at++;
		}
		return cost(start, this.at);
	}

	private long cost(int from, int end) {
		int length = end - from;
		if (length == 1) {
			return 1;
		}
		if (length <= Vocabulary.LONGEST) {
			long hash = 0;
			for (int i = from; i < end; i++) {
				hash = Vocabulary.next(hash, this.text[i]);
			}
			if (VOCABULARY.contains(hash)) {
				return 1;
			}
		}
		this.lookedAt += length;
		if (this.lookedAt > LOOKED_AT) {
			return length;
		}
		long longest = longestFirst(from, end);
		return Math.min(length, longest + Math.ceilDiv(longest, 5));
	}

	private long longestFirst(int from, int end) {
		long tokens = 0;
		int i = from;
		while (i < end) {
			long hash = 0;
			int taken = 1;
			int most = Math.min(end, i + Vocabulary.LONGEST);
			for (int j = i; j < most; j++) {
				hash = Vocabulary.next(hash, this.text[j]);
				if (j > i && VOCABULARY.contains(hash)) {
					taken = j - i + 1;
				}
			}
			i += taken;
			tokens++;
		}
		return tokens;
	}

	private int size(int i) {
		int c = this.text[i];
		int size = (c >= 0) ? 1 : ((c & 0xE0) == 0xC0) ? 2 : ((c & 0xF0) == 0xE0) ? 3 : ((c & 0xF8) == 0xF0) ? 4 : 1;
		return Math.min(size, this.to - i);
	}

	private int codePoint(int i) {
		int c = this.text[i];
		if (c >= 0) {
			return c;
		}
		int size = size(i);
		if (size == 1) {
			return 0xFFFD;
		}
		int value = c & (0x7F >> size);
		for (int j = 1; j < size; j++) {
			value = (value << 6) | (this.text[i + j] & 0x3F);
		}
		return value;
	}

	private static boolean isLetter(int c) {
		if (c < 128) {
			int lower = c | 0x20;
			return lower >= 'a' && lower <= 'z';
		}
		int type = Character.getType(c);
		return Character.isLetter(c) || type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK
				|| type == Character.ENCLOSING_MARK;
	}

	private static boolean isDigit(int c) {
		if (c < 128) {
			return c >= '0' && c <= '9';
		}
		int type = Character.getType(c);
		return type == Character.DECIMAL_DIGIT_NUMBER || type == Character.LETTER_NUMBER
				|| type == Character.OTHER_NUMBER;
	}

	private static boolean isSpace(int c) {
		return (c < 128) ? c == ' ' || (c >= 9 && c <= 13) : c == 0x85 || c == 0xA0 || Character.isSpaceChar(c);
	}

}
