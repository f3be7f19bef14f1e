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

	/** What a picture, a recording or a file is written in. */
	private static final Set<String> ATTACHED = Set.of("data", "image_url", "url", "file_data", "file_id",
			"encrypted_content", "signature", "id", "type", "role", "media_type", "tool_use_id", "call_id");

	/** What stands before one. */
	private static final Set<String> ATTACHMENTS = Set.of("source", "image_url", "input_audio", "file_data", "file_id");

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
		boolean attached = false;
		do {
			switch (json.next()) {
				case KEY -> attached = isAttached(json);
				case STRING -> {
					if (!attached) {
						text.append(json.text()).append('\n');
					}
					attached = false;
				}
				case OBJECT_START, ARRAY_START, NUMBER, TRUE, FALSE, NULL -> attached = false;
				case OBJECT_END, ARRAY_END, END -> {
					// nothing to count
				}
			}
		}
		while (json.depth() > outside);
	}

	private static boolean isAttached(JsonScanner json) {
		return ATTACHED.contains(json.text());
	}

	/**
	 * About how many tokens the next value is, rather too many than too few.
	 * @param json before the value
	 * @param body what it walks over
	 */
	public static long estimate(JsonScanner json, byte[] body) throws MalformedJsonException {
		int outside = json.depth();
		long tokens = 0;
		boolean attached = false;
		do {
			switch (json.next()) {
				case KEY -> {
					attached = isAttached(json);
					tokens += ATTACHMENTS.contains(json.text()) ? 1_105 : 0;
				}
				case STRING -> {
					tokens += attached ? 0 : TokenEstimate.of(body, json.start() + 1, json.end() - 1);
					attached = false;
				}
				case OBJECT_START -> {
					tokens += TokenEstimate.PER_MESSAGE;
					attached = false;
				}
				case ARRAY_START, NUMBER, TRUE, FALSE, NULL -> attached = false;
				case OBJECT_END, ARRAY_END, END -> {
					// nothing to count
				}
			}
		}
		while (json.depth() > outside);
		return tokens;
	}

}
