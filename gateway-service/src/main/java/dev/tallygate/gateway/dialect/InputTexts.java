package dev.tallygate.gateway.dialect;

import dev.tallygate.gateway.dialect.JsonScanner.Token;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * What of a request a tokenizer sees: the texts in some of its members, and others as
 * they are written. A picture or a recording is no text, whatever letters it is written
 * in; that is told by its place.
 *
 * @param texts members whose texts count
 * @param written members that count as they are written
 */
public record InputTexts(Set<String> texts, Set<String> written) {

	/** Members that no model reads. */
	private static final Set<String> SILENT = Set.of("id", "type", "media_type", "tool_use_id", "call_id", "signature",
			"url");

	/**
	 * Members whose values callers or models make up as they like: what a tool is called
	 * with, what it may be called with, where a text comes from. Names inside mean
	 * nothing on the wire, and a model reads all of it.
	 */
	private static final Set<String> FREE = Set.of("input", "arguments", "action", "operation", "input_schema",
			"input_examples", "parameters", "annotations", "citations");

	/** So many letters of what is encrypted hold about one token. */
	private static final int ENCRYPTED_LETTERS = 4;

	/** Longer data of a source is a file and not a text. */
	private static final int LONG_DATA = 64 * 1024;

	/** The texts of a request that was scanned before. */
	public String of(byte[] body, int length) {
		StringBuilder text = new StringBuilder();
		JsonScanner json = new JsonScanner(body, 0, length, Integer.MAX_VALUE);
		try {
			json.next();
			while (json.next() == Token.KEY) {
				String name = json.text();
				if (this.texts.contains(name)) {
					collect(json, body, text);
				}
				else {
					json.skipValue();
					if (this.written.contains(name)) {
						text.append(written(json, body)).append('\n');
					}
				}
			}
		}
		catch (MalformedJsonException ex) {
			throw new IllegalStateException("the request was well-formed before", ex);
		}
		return text.toString();
	}

	private static String written(JsonScanner json, byte[] body) {
		return new String(body, json.start(), json.end() - json.start(), StandardCharsets.UTF_8);
	}

	private static void collect(JsonScanner json, byte[] body, StringBuilder text) throws MalformedJsonException {
		int outside = json.depth();
		String key = "";
		do {
			switch (json.next()) {
				case KEY -> {
					key = json.text();
					if (isFree(key)) {
						Token first = json.skipValue();
						text.append((first == Token.STRING) ? json.text() : written(json, body)).append('\n');
					}
					else if (InputNotes.isPlace(json) && !"source".equals(key)) {
						pass(json);
					}
				}
				case STRING -> {
					if (!SILENT.contains(key) && !"encrypted_content".equals(key)
							&& !("data".equals(key) && json.end() - json.start() > LONG_DATA)) {
						text.append(json.text()).append('\n');
					}
				}
				case ARRAY_START, OBJECT_END, ARRAY_END -> key = "";
				case OBJECT_START, NUMBER, TRUE, FALSE, NULL, END -> {
					// nothing to count
				}
			}
		}
		while (json.depth() > outside);
	}

	private static void pass(JsonScanner json) throws MalformedJsonException {
		int outside = json.depth();
		do {
			json.next();
		}
		while (json.depth() > outside);
	}

	/**
	 * About how many tokens the texts in the next value are, rather too many than too
	 * few.
	 * @param json before the value
	 * @param body what it walks over
	 * @param notes takes what is no text
	 */
	public static long estimate(JsonScanner json, byte[] body, InputNotes notes) throws MalformedJsonException {
		int outside = json.depth();
		long tokens = 0;
		String key = "";
		String type = null;
		do {
			switch (json.next()) {
				case KEY -> {
					key = json.text();
					if (isFree(key)) {
						tokens += free(json, body);
					}
					else if (!notes.cacheControl(json) && InputNotes.isPlace(json)) {
						tokens += notes.attachment(key, type, json, body);
					}
				}
				case STRING -> {
					type = "type".equals(key) ? json.text() : type;
					if ("encrypted_content".equals(key)) {
						tokens += (json.end() - json.start()) / ENCRYPTED_LETTERS;
					}
					else if (!SILENT.contains(key)) {
						tokens += TokenEstimate.of(body, json.start() + 1, json.end() - 1);
					}
				}
				case OBJECT_START -> tokens += TokenEstimate.PER_MESSAGE;
				case ARRAY_START, OBJECT_END, ARRAY_END -> key = "";
				case NUMBER, TRUE, FALSE, NULL, END -> {
					// no text
				}
			}
		}
		while (json.depth() > outside);
		return tokens;
	}

	/** Whether nothing inside the member of this name has a place or is silent. */
	public static boolean isFree(String name) {
		return FREE.contains(name);
	}

	/** About how many tokens the value of such a member is, as it is written. */
	public static long free(JsonScanner json, byte[] body) throws MalformedJsonException {
		int quote = (json.skipValue() == Token.STRING) ? 1 : 0;
		return TokenEstimate.of(body, json.start() + quote, json.end() - quote);
	}

}
