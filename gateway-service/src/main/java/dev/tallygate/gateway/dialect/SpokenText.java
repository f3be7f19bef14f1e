package dev.tallygate.gateway.dialect;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Adds up the texts of an answer.
 */
public final class SpokenText {

	/** What names and frames, and was not spoken. */
	private static final Set<String> SILENT = Set.of("type", "id", "signature", "encrypted_content", "data", "role",
			"tool_use_id", "call_id", "item_id", "status", "object", "file_id", "url", "title", "cited_text",
			"stop_reason", "stop_sequence", "model", "namespace", "phase");

	private SpokenText() {
	}

	/**
	 * Adds the texts in the next value.
	 * @param json before the value
	 * @param bytes what it walks over
	 */
	public static void add(JsonScanner json, byte[] bytes, DeliveredText delivered) throws MalformedJsonException {
		int outside = json.depth();
		boolean silent = false;
		do {
			switch (json.next()) {
				case KEY -> silent = SILENT.contains(json.text());
				case STRING -> {
					if (!silent) {
						addString(json, bytes, delivered);
					}
					silent = false;
				}
				case OBJECT_START, ARRAY_START, NUMBER, TRUE, FALSE, NULL -> silent = false;
				case OBJECT_END, ARRAY_END, END -> {
					// nothing was spoken
				}
			}
		}
		while (json.depth() > outside);
	}

	/** Adds the string just found. */
	public static void addString(JsonScanner json, byte[] bytes, DeliveredText delivered) {
		if (json.escaped()) {
			byte[] text = json.text().getBytes(StandardCharsets.UTF_8);
			delivered.add(text, 0, text.length);
		}
		else {
			delivered.add(bytes, json.start() + 1, json.end() - 1);
		}
	}

}
