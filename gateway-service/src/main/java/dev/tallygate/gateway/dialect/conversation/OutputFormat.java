package dev.tallygate.gateway.dialect.conversation;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the answer's text must be.
 */
sealed interface OutputFormat {

	/** Any JSON object. */
	record AnyJson() implements OutputFormat {

	}

	/**
	 * JSON that follows a schema.
	 *
	 * @param name the schema's
	 * @param description what it is for
	 * @param schema the JSON Schema
	 * @param strict whether the provider must hold to it
	 */
	record Schema(String name, @Nullable String description, JsonNode schema, boolean strict) implements OutputFormat {

	}

}
