package dev.tallygate.gateway.dialect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks one JSON text (RFC 8259) in a byte array, token by token, with the byte offsets
 * of each. It copies nothing and builds no tree, so that a caller can cut members out or
 * put others in and leave every other byte as it was. Strict: UTF-8 without overlong
 * forms and surrogates, no byte order mark, no control characters in strings, nothing
 * after the text.
 *
 * <p>
 * Nesting is kept as one bit per level, so that hostile depth costs a check and not a
 * stack.
 */
public final class JsonScanner {

	/** What {@link #next()} found. */
	public enum Token {

		/** A member's name; its value is next. */
		KEY,
		/** A string value. */
		STRING,
		/** A number. */
		NUMBER,
		/** {@code true}. */
		TRUE,
		/** {@code false}. */
		FALSE,
		/** {@code null}. */
		NULL,
		/** The start of an object. */
		OBJECT_START,
		/** The end of an object. */
		OBJECT_END,
		/** The start of an array. */
		ARRAY_START,
		/** The end of an array. */
		ARRAY_END,
		/** Nothing is left. */
		END

	}

	private enum State {

		VALUE, VALUE_OR_CLOSE, KEY, KEY_OR_CLOSE, COMMA_OR_CLOSE, DONE

	}

	/** Longest number accepted, in characters. */
	private static final int MAX_NUMBER_LENGTH = 1_000;

	private static final byte[] TRUE_BYTES = ascii("true");

	private static final byte[] FALSE_BYTES = ascii("false");

	private static final byte[] NULL_BYTES = ascii("null");

	private final byte[] bytes;

	private final int end;

	private final int maxDepth;

	private long[] objects = new long[1];

	private int depth;

	private State state = State.VALUE;

	private int position;

	private int tokenStart;

	private int tokenEnd;

	private boolean escaped;

	/**
	 * Starts before the first token.
	 * @param bytes holds the text
	 * @param from its first byte
	 * @param to the byte after its last
	 * @param maxDepth how deeply arrays and objects may nest
	 */
	public JsonScanner(byte[] bytes, int from, int to, int maxDepth) {
		this.bytes = bytes;
		this.position = from;
		this.end = to;
		this.maxDepth = maxDepth;
	}

	/**
	 * Goes to the next token.
	 * @throws MalformedJsonException when there is none where one must be
	 */
	public Token next() throws MalformedJsonException {
		int c = skipWhiteSpace();
		if (this.state == State.COMMA_OR_CLOSE && c == ',') {
			this.position++;
			this.state = inObject() ? State.KEY : State.VALUE;
			c = skipWhiteSpace();
		}
		this.tokenStart = this.position;
		return switch (this.state) {
			case VALUE -> value(c);
			case VALUE_OR_CLOSE -> (c == ']') ? close(Token.ARRAY_END) : value(c);
			case KEY -> key(c);
			case KEY_OR_CLOSE -> (c == '}') ? close(Token.OBJECT_END) : key(c);
			case COMMA_OR_CLOSE -> closing(c);
			case DONE -> atEnd(c);
		};
	}

	/**
	 * Goes past the next value, however deep, and leaves {@link #start()} and
	 * {@link #end()} around all of it.
	 * @return its first token
	 */
	public Token skipValue() throws MalformedJsonException {
		Token first = next();
		if (first == Token.OBJECT_START || first == Token.ARRAY_START) {
			int from = this.tokenStart;
			int outer = this.depth - 1;
			while (this.depth > outer) {
				next();
			}
			this.tokenStart = from;
		}
		return first;
	}

	/** The first byte of the token. */
	public int start() {
		return this.tokenStart;
	}

	/** The byte after the token. */
	public int end() {
		return this.tokenEnd;
	}

	/** How many arrays and objects are open. */
	public int depth() {
		return this.depth;
	}

	/** Whether the string or name just found has escapes in it. */
	public boolean escaped() {
		return this.escaped;
	}

	/** Whether the string or name just found is this one; ASCII without quotes only. */
	public boolean textIs(String ascii) {
		int length = this.tokenEnd - this.tokenStart - 2;
		if (this.escaped) {
			return text().equals(ascii);
		}
		if (length != ascii.length()) {
			return false;
		}
		for (int i = 0; i < length; i++) {
			if (this.bytes[this.tokenStart + 1 + i] != ascii.charAt(i)) {
				return false;
			}
		}
		return true;
	}

	/** The string or name just found, unescaped. */
	public String text() {
		int from = this.tokenStart + 1;
		int length = this.tokenEnd - 1 - from;
		String raw = new String(this.bytes, from, length, StandardCharsets.UTF_8);
		return this.escaped ? unescape(raw) : raw;
	}

	/**
	 * The number just found when it is a whole one that is not negative, saturated at
	 * {@link Long#MAX_VALUE}; else -1.
	 */
	public long wholeNumber() {
		long value = 0;
		for (int i = this.tokenStart; i < this.tokenEnd; i++) {
			int digit = this.bytes[i] - '0';
			if (digit < 0 || digit > 9) {
				return -1;
			}
			value = (value > (Long.MAX_VALUE - digit) / 10) ? Long.MAX_VALUE : value * 10 + digit;
		}
		return value;
	}

	private Token value(int c) throws MalformedJsonException {
		return switch (c) {
			case '{' -> open(true);
			case '[' -> open(false);
			case '"' -> scalar(Token.STRING, string());
			case 't' -> scalar(Token.TRUE, literal(TRUE_BYTES));
			case 'f' -> scalar(Token.FALSE, literal(FALSE_BYTES));
			case 'n' -> scalar(Token.NULL, literal(NULL_BYTES));
			case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> scalar(Token.NUMBER, number());
			default -> throw expected("a value", c);
		};
	}

	private Token scalar(Token token, int to) {
		this.position = to;
		this.tokenEnd = to;
		this.state = (this.depth == 0) ? State.DONE : State.COMMA_OR_CLOSE;
		return token;
	}

	private Token key(int c) throws MalformedJsonException {
		if (c != '"') {
			throw expected("a member's name", c);
		}
		this.position = string();
		this.tokenEnd = this.position;
		if (skipWhiteSpace() != ':') {
			throw malformed("a member's name without ':'");
		}
		this.position++;
		this.state = State.VALUE;
		return Token.KEY;
	}

	private Token open(boolean object) throws MalformedJsonException {
		if (this.depth == this.maxDepth) {
			throw malformed("nested more than " + this.maxDepth + " deep");
		}
		int word = this.depth >>> 6;
		if (word == this.objects.length) {
			this.objects = Arrays.copyOf(this.objects, word * 2);
		}
		long bit = 1L << this.depth;
		this.objects[word] = object ? (this.objects[word] | bit) : (this.objects[word] & ~bit);
		this.depth++;
		this.position++;
		this.tokenEnd = this.position;
		this.state = object ? State.KEY_OR_CLOSE : State.VALUE_OR_CLOSE;
		return object ? Token.OBJECT_START : Token.ARRAY_START;
	}

	private Token closing(int c) throws MalformedJsonException {
		if (c == '}' && inObject()) {
			return close(Token.OBJECT_END);
		}
		if (c == ']' && !inObject()) {
			return close(Token.ARRAY_END);
		}
		throw expected("',' or the closing bracket", c);
	}

	private Token close(Token token) {
		this.depth--;
		return scalar(token, this.position + 1);
	}

	private Token atEnd(int c) throws MalformedJsonException {
		if (c >= 0) {
			throw malformed("something after the JSON text");
		}
		this.tokenEnd = this.position;
		return Token.END;
	}

	private boolean inObject() {
		int top = this.depth - 1;
		return (this.objects[top >>> 6] & (1L << top)) != 0;
	}

	private int skipWhiteSpace() {
		int i = this.position;
		while (i < this.end) {
			byte c = this.bytes[i];
			if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
				this.position = i;
				return c & 0xFF;
			}
			i++;
		}
		this.position = i;
		return -1;
	}

	private int literal(byte[] word) throws MalformedJsonException {
		int to = this.position + word.length;
		if (to > this.end || !Arrays.equals(this.bytes, this.position, to, word, 0, word.length)) {
			throw malformed("an unknown word");
		}
		return to;
	}

	private int number() throws MalformedJsonException {
		int i = this.position;
		if (at(i) == '-') {
			i++;
		}
		int whole = i;
		i = digits(i);
		if (i - whole > 1 && at(whole) == '0') {
			throw malformed("a number with a leading zero");
		}
		if (at(i) == '.') {
			i = digits(i + 1);
		}
		if (at(i) == 'e' || at(i) == 'E') {
			i++;
			i = digits((at(i) == '+' || at(i) == '-') ? i + 1 : i);
		}
		if (i - this.position > MAX_NUMBER_LENGTH) {
			throw malformed("a number of more than " + MAX_NUMBER_LENGTH + " characters");
		}
		return i;
	}

	private int digits(int from) throws MalformedJsonException {
		int i = from;
		while (at(i) >= '0' && at(i) <= '9') {
			i++;
		}
		if (i == from) {
			throw malformed("a number without digits");
		}
		return i;
	}

	private int string() throws MalformedJsonException {
		this.escaped = false;
		int i = this.position + 1;
		while (i < this.end) {
			byte c = this.bytes[i];
			if (c == '"') {
				return i + 1;
			}
			if (c == '\\') {
				i = escape(i + 1);
			}
			else if (c < 0) {
				i = multiByte(i);
			}
			else if (c < ' ') {
				throw malformed("a control character in a string", i);
			}
			else {
				i++;
			}
		}
		throw malformed("a string without an end");
	}

	private int escape(int i) throws MalformedJsonException {
		this.escaped = true;
		return switch (at(i)) {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> i + 1;
			case 'u' -> unicodeEscape(i);
			default -> throw malformed("an unknown escape", i);
		};
	}

	private int unicodeEscape(int i) throws MalformedJsonException {
		for (int k = 1; k <= 4; k++) {
			if (Character.digit(at(i + k), 16) < 0) {
				throw malformed("a broken \\u escape", i);
			}
		}
		return i + 5;
	}

	/** Table 3-7 of the Unicode standard: what a well-formed sequence may hold. */
	private int multiByte(int i) throws MalformedJsonException {
		int lead = at(i);
		if (lead >= 0xC2 && lead <= 0xDF) {
			return continuation(i + 1, 1, 0x80, 0xBF);
		}
		if (lead >= 0xE0 && lead <= 0xEF) {
			return continuation(i + 1, 2, (lead == 0xE0) ? 0xA0 : 0x80, (lead == 0xED) ? 0x9F : 0xBF);
		}
		if (lead >= 0xF0 && lead <= 0xF4) {
			return continuation(i + 1, 3, (lead == 0xF0) ? 0x90 : 0x80, (lead == 0xF4) ? 0x8F : 0xBF);
		}
		throw malformed("invalid UTF-8", i);
	}

	private int continuation(int i, int count, int low, int high) throws MalformedJsonException {
		int second = at(i);
		boolean good = second >= low && second <= high;
		for (int k = 1; k < count; k++) {
			good &= (at(i + k) & 0xC0) == 0x80 && at(i + k) >= 0;
		}
		if (!good) {
			throw malformed("invalid UTF-8", i);
		}
		return i + count;
	}

	/** The byte there as 0 to 255, or -1 past the end. */
	private int at(int i) {
		return (i < this.end) ? this.bytes[i] & 0xFF : -1;
	}

	private MalformedJsonException expected(String what, int c) {
		return malformed((c < 0) ? "the end instead of " + what : "something else than " + what);
	}

	private MalformedJsonException malformed(String what) {
		return malformed(what, this.position);
	}

	private MalformedJsonException malformed(String what, int at) {
		return new MalformedJsonException(what, Math.min(at, this.end));
	}

	private static String unescape(String raw) {
		StringBuilder out = new StringBuilder(raw.length());
		int i = 0;
		while (i < raw.length()) {
			char c = raw.charAt(i++);
			if (c != '\\') {
				out.append(c);
				continue;
			}
			char kind = raw.charAt(i++);
			switch (kind) {
				case 'b' -> out.append('\b');
				case 'f' -> out.append('\f');
				case 'n' -> out.append('\n');
				case 'r' -> out.append('\r');
				case 't' -> out.append('\t');
				case 'u' -> {
					out.append((char) Integer.parseInt(raw, i, i + 4, 16));
					i += 4;
				}
				default -> out.append(kind);
			}
		}
		return out.toString();
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
