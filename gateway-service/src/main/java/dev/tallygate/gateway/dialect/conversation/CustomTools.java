package dev.tallygate.gateway.dialect.conversation;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tools that take any text, told to providers that only know tools that take JSON: the
 * text is the one argument.
 */
final class CustomTools {

	/** The argument that is the whole text. */
	static final String INPUT = "input";

	private CustomTools() {
	}

	static ObjectNode schema() {
		ObjectNode schema = Json.object().put("type", "object");
		schema.putObject("properties")
			.putObject(INPUT)
			.put("type", "string")
			.put("description", "The whole input of the tool, as plain text.");
		schema.putArray("required").add(INPUT);
		schema.put("additionalProperties", false);
		return schema;
	}

	/** The arguments that stand for a text. */
	static String wrapped(String text) {
		return Json.text(Json.object().put(INPUT, text));
	}

	/** The text in the arguments a model wrote; null when there is none. */
	static @Nullable String unwrapped(String arguments) {
		return (Json.readOrNull(arguments) instanceof ObjectNode object) ? Json.string(object, INPUT) : null;
	}

}
