package dev.tallygate.gateway.dialect.conversation;

import tools.jackson.databind.JsonNode;

/**
 * What a model is told in words because its wire has no member for it.
 */
final class Instructions {

	private static final String JSON_ONLY = "Answer with one JSON object and nothing else: "
			+ "no text before or after it, and no code fence around it.";

	private Instructions() {
	}

	static String of(OutputFormat format) {
		return switch (format) {
			case OutputFormat.AnyJson any -> JSON_ONLY;
			case OutputFormat.Schema schema -> of(schema.schema());
		};
	}

	private static String of(JsonNode schema) {
		return JSON_ONLY + " The object must be valid against this JSON Schema:\n" + Json.text(schema);
	}

}
