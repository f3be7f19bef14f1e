package dev.tallygate.security.problem;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * Reads times in requests as RFC 3339 texts and nothing else: of a number nobody knows
 * whether it counts seconds or milliseconds.
 */
final class Rfc3339Deserializer extends StdDeserializer<Instant> {

	Rfc3339Deserializer() {
		super(Instant.class);
	}

	@Override
	public Instant deserialize(JsonParser json, DeserializationContext context) {
		if (json.currentToken() != JsonToken.VALUE_STRING) {
			return (Instant) context.handleUnexpectedToken(Instant.class, json);
		}
		String text = json.getString();
		try {
			return OffsetDateTime.parse(text).toInstant();
		}
		catch (DateTimeException ex) {
			return (Instant) context.handleWeirdStringValue(Instant.class, text, "not RFC 3339");
		}
	}

}
