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
					collect(json, text);
				}
				else {
					json.skipValue();
					if (this.written.contains(name)) {
						text.append(new String(body, json.start(), json.end() - json.start(), StandardCharsets.UTF_8))
							.append('\n');
					}
				}
			}
		}
		catch (MalformedJsonException ex) {
			throw new IllegalStateException("the request was well-formed before", ex);
		}
		return text.toString();
	}

	private static void collect(JsonScanner json, StringBuilder text) throws MalformedJsonException {
		int outside = json.depth();
		String key = "";
		do {
			switch (json.next()) {
				case KEY -> {
					key = json.text();
					if (InputNotes.isPlace(json) && !"source".equals(key)) {
						pass(json);
					}
				}
				case STRING -> {
					if (!SILENT.contains(key) && !"encrypted_content".equals(key)
							&& !("data".equals(key) && json.end() - json.start() > LONG_DATA)) {
						text.append(json.text()).append('\n');
					}
				}
				case OBJECT_START, OBJECT_END, ARRAY_START, ARRAY_END, NUMBER, TRUE, FALSE, NULL, END -> {
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
					notes.key(json, body);
					if (InputNotes.isPlace(json)) {
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
				case ARRAY_START, OBJECT_END, ARRAY_END, NUMBER, TRUE, FALSE, NULL, END -> {
					// no text
				}
			}
		}
		while (json.depth() > outside);
		return tokens;
	}

}
