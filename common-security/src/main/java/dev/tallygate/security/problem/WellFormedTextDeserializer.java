package dev.tallygate.security.problem;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.jdk.StringDeserializer;

/**
 * Reads texts in requests that can be stored as they are: half of a surrogate pair, which
 * JSON can spell, becomes a question mark in a database, and is then not what was sent.
 */
final class WellFormedTextDeserializer extends StringDeserializer {

	@Override
	public String deserialize(JsonParser json, DeserializationContext context) {
		String text = super.deserialize(json, context);
		return (text == null || isWellFormed(text)) ? text
				: (String) context.handleWeirdStringValue(String.class, text, "half of a surrogate pair");
	}

	private static boolean isWellFormed(String text) {
		return text.codePoints()
			.noneMatch((each) -> each >= Character.MIN_SURROGATE && each <= Character.MAX_SURROGATE);
	}

}
