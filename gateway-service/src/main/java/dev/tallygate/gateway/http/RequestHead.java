package dev.tallygate.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.tomcat.util.http.parser.Host;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request in plain form: a {@code GET} without a body or a {@code POST} of
 * HTTP/1.1, to a path without anything encoded, with one {@code Host}, one
 * {@code Content-Length} and no other way to tell where the body ends, nothing folded, no
 * control characters. Whatever could be read in two ways is not plain, and is left to the
 * container.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112</a>
 */
final class RequestHead {

	/** As the container has it. */
	private static final int MOST_FIELDS = 100;

	private static final int MOST_DIGITS = 18;

	private static final byte[] POST = ascii("POST ");

	private static final byte[] GET = ascii("GET ");

	private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");

	private static final boolean[] PATH = characters("/_-.");

	private static final boolean[] QUERY = characters("=&_.-");

	private static final boolean[] HOST = characters(".-_:[]");

	private static final boolean[] NAME = characters("!#$%&'*+-.^_`|~");

	/** For each field where its name begins and ends, and its value. */
	private static final int MARKS = 4;

	private final byte[] bytes;

	private int[] marks = new int[MARKS * 24];

	private int fields;

	private boolean get;

	private String path = "";

	private @Nullable String query;

	private long contentLength = -1;

	private boolean host;

	private boolean closes;

	private boolean keepsAlive;

	private RequestHead(byte[] bytes) {
		this.bytes = bytes;
	}

	/**
	 * Reads a head.
	 * @param bytes hold it, and must not change
	 * @param from where it begins
	 * @param to where the empty line after it ends
	 * @return null when it is not plain
	 */
	static @Nullable RequestHead of(byte[] bytes, int from, int to) {
		RequestHead head = new RequestHead(bytes);
		int at = head.readLine(from, to);
		while (at > 0 && at < to - 2) {
			at = head.readField(at, to);
		}
		return (at == to - 2 && head.host && head.hasKnownEnd()) ? head : null;
	}

	private boolean hasKnownEnd() {
		return this.get ? this.contentLength <= 0 : this.contentLength >= 0;
	}

	/** Whether this may still become a plain head, as far as it has come. */
	static boolean begins(byte[] bytes, int from, int to) {
		return begins(POST, bytes, from, to) || begins(GET, bytes, from, to);
	}

	private static boolean begins(byte[] with, byte[] bytes, int from, int to) {
		int length = Math.min(with.length, to - from);
		return Arrays.equals(bytes, from, from + length, with, 0, length);
	}

	/** Where the line ends, or 0. */
	private int readLine(int from, int to) {
		this.get = begins(GET, this.bytes, from, to);
		int start = from + (this.get ? GET : POST).length;
		if (to - start < VERSION.length || !begins(this.bytes, from, to)) {
			return 0;
		}
		int at = pass(PATH, start, to);
		this.path = text(start, at);
		if (this.bytes[at] == '?') {
			int question = at + 1;
			at = pass(QUERY, question, to);
			this.query = text(question, at);
		}
		int end = at + VERSION.length;
		boolean whole = end <= to && Arrays.equals(this.bytes, at, end, VERSION, 0, VERSION.length);
		boolean straight = this.path.startsWith("/") && !this.path.contains("/.") && !this.path.contains("//");
		return (whole && straight) ? end : 0;
	}

	/** Where the field ends, or 0. */
	private int readField(int from, int to) {
		int colon = pass(NAME, from, to);
		if (colon == from || this.bytes[colon] != ':' || this.fields == MOST_FIELDS) {
			return 0;
		}
		int start = colon + 1;
		while (isSpace(this.bytes[start])) {
			start++;
		}
		int end = start;
		while (isText(this.bytes[end])) {
			end++;
		}
		int next = end + 2;
		if (this.bytes[end] != '\r' || this.bytes[end + 1] != '\n') {
			return 0;
		}
		while (end > start && isSpace(this.bytes[end - 1])) {
			end--;
		}
		return note(from, colon, start, end) ? next : 0;
	}

	/**
	 * Notes a field.
	 * @return false when it makes that the request is not plain
	 */
	private boolean note(int from, int colon, int start, int end) {
		int at = this.fields * MARKS;
		if (at == this.marks.length) {
			this.marks = Arrays.copyOf(this.marks, at * 2);
		}
		this.marks[at] = from;
		this.marks[at + 1] = colon;
		this.marks[at + 2] = start;
		this.marks[at + 3] = end;
		this.fields++;
		return switch (colon - from) {
			case 4 -> !is("host", from, colon) || noteHost(start, end);
			case 6 -> !is("expect", from, colon);
			case 10 -> !is("connection", from, colon) || noteConnection(start, end);
			case 14 -> !is("content-length", from, colon) || noteLength(start, end);
			case 17 -> !is("transfer-encoding", from, colon);
			default -> true;
		};
	}

	/** One that the container would take. */
	private boolean noteHost(int start, int end) {
		boolean first = !this.host;
		this.host = true;
		if (!first || pass(HOST, start, end) < end) {
			return false;
		}
		try {
			Host.parse(text(start, end));
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private boolean noteLength(int start, int end) {
		boolean first = this.contentLength < 0;
		if (!first || end == start || end - start > MOST_DIGITS) {
			return false;
		}
		long length = 0;
		for (int i = start; i < end; i++) {
			int digit = this.bytes[i] - '0';
			if (digit < 0 || digit > 9) {
				return false;
			}
			length = length * 10 + digit;
		}
		this.contentLength = length;
		return true;
	}

	/** An upgrade that is offered need not be taken. */
	private boolean noteConnection(int start, int end) {
		for (String option : text(start, end).split(",", -1)) {
			this.closes |= option.strip().equalsIgnoreCase("close");
			this.keepsAlive |= option.strip().equalsIgnoreCase("keep-alive");
		}
		return true;
	}

	String method() {
		return this.get ? "GET" : "POST";
	}

	String path() {
		return this.path;
	}

	/** Null without a question mark. */
	@Nullable String query() {
		return this.query;
	}

	/** In bytes, from 0. */
	long contentLength() {
		return Math.max(0, this.contentLength);
	}

	/** Whether the caller wants the connection closed afterwards. */
	boolean closes() {
		return this.closes;
	}

	/** Whether the caller says that it would keep the connection. */
	boolean keepsAlive() {
		return this.keepsAlive;
	}

	/** The first value of a field; null without one. */
	@Nullable String first(String name) {
		int field = next(name, 0);
		return (field < this.fields) ? value(field) : null;
	}

	/** All values of a field, in order. */
	List<String> all(String name) {
		int field = next(name, 0);
		if (field == this.fields) {
			return List.of();
		}
		List<String> values = new ArrayList<>(1);
		while (field < this.fields) {
			values.add(value(field));
			field = next(name, field + 1);
		}
		return values;
	}

	private int next(String name, int from) {
		int field = from;
		while (field < this.fields && !is(name, this.marks[field * MARKS], this.marks[field * MARKS + 1])) {
			field++;
		}
		return field;
	}

	private String value(int field) {
		return text(this.marks[field * MARKS + 2], this.marks[field * MARKS + 3]);
	}

	private boolean is(String name, int from, int to) {
		if (name.length() != to - from) {
			return false;
		}
		for (int i = 0; i < name.length(); i++) {
			if (lower(this.bytes[from + i]) != lower(name.charAt(i))) {
				return false;
			}
		}
		return true;
	}

	private static int lower(int character) {
		return (character >= 'A' && character <= 'Z') ? character + 32 : character;
	}

	/** Ends at the latest at the line feed of the end. */
	private int pass(boolean[] characters, int from, int to) {
		int at = from;
		while (at < to && this.bytes[at] >= 0 && characters[this.bytes[at]]) {
			at++;
		}
		return at;
	}

	private static boolean isSpace(byte character) {
		return character == ' ' || character == '\t';
	}

	private static boolean isText(byte character) {
		return character < 0 || (character >= ' ' && character != 0x7f) || character == '\t';
	}

	private String text(int from, int to) {
		return new String(this.bytes, from, to - from, StandardCharsets.ISO_8859_1);
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	/** Letters, digits and these. */
	private static boolean[] characters(String more) {
		boolean[] characters = new boolean[0x80];
		for (char c = 0; c < 0x80; c++) {
			characters[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
					|| more.indexOf(c) >= 0;
		}
		return characters;
	}

}
