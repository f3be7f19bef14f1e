package dev.tallygate.gateway.dialect.conversation;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes JSON trees: numbers keep every digit, and what is nested too deeply is
 * refused.
 */
final class Json {

	/** As deep as a request may nest; deeper than any real one. */
	private static final int MAX_DEPTH = 256;

	/** A whole request may be one image. */
	private static final int MAX_STRING = 256 * 1024 * 1024;

	private static final JsonMapper MAPPER = mapper(false);

	/** A request that says a member twice means something else to everyone. */
	private static final JsonMapper STRICT = mapper(true);

	private Json() {
	}

	private static JsonMapper mapper(boolean strict) {
		JsonFactory factory = JsonFactory.builder()
			.streamReadConstraints(
					StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxStringLength(MAX_STRING).build())
			.configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, strict)
			.build();
		return JsonMapper.builder(factory)
			.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
			.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
			.build();
	}

	static ObjectNode object() {
		return MAPPER.createObjectNode();
	}

	/** Reads a request, or throws what Jackson throws. */
	static JsonNode request(byte[] bytes, int length) {
		return STRICT.readTree(bytes, 0, length);
	}

	/** Reads a text that may be no JSON; null when it is none. */
	static @Nullable JsonNode readOrNull(String text) {
		try {
			JsonNode node = MAPPER.readTree(text);
			return node.isMissingNode() ? null : node;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	/** Reads a text that should be one object; null when it is none. */
	static @Nullable ObjectNode objectOrNull(byte[] bytes, int from, int length) {
		try {
			return (MAPPER.readTree(bytes, from, length) instanceof ObjectNode object) ? object : null;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	static byte[] bytes(JsonNode node) {
		return MAPPER.writeValueAsBytes(node);
	}

	static String text(JsonNode node) {
		return MAPPER.writeValueAsString(node);
	}

	/** The text of a member; null when it is absent or no text. */
	static @Nullable String string(JsonNode object, String name) {
		JsonNode value = object.get(name);
		return (value != null && value.isString()) ? value.stringValue() : null;
	}

	/** What a member names; null when it is absent, no text or blank. */
	static @Nullable String name(JsonNode object, String name) {
		String text = string(object, name);
		return (text == null || text.isBlank()) ? null : text;
	}

	/** The text of a member; empty when it is absent or no text. */
	static String stringOrEmpty(JsonNode object, String name) {
		String text = string(object, name);
		return (text != null) ? text : "";
	}

	/**
	 * A count: a whole number of at least 0, however it is written; null when it is
	 * absent or none.
	 */
	static @Nullable Long count(JsonNode object, String name) {
		JsonNode value = object.path(name);
		if (!value.isNumber() || value.decimalValue().signum() < 0) {
			return null;
		}
		return value.decimalValue().min(BigDecimal.valueOf(Long.MAX_VALUE)).longValue();
	}

}
