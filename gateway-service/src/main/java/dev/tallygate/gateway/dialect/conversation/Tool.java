package dev.tallygate.gateway.dialect.conversation;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A tool of the caller's that the model may call.
 *
 * @param name what the model calls it by
 * @param description what it does
 * @param schema the JSON Schema of its arguments; null where the caller gave none
 * @param strict whether the arguments must follow the schema to the letter
 * @param custom whether it takes any text instead of JSON
 */
record Tool(String name, @Nullable String description, @Nullable JsonNode schema, boolean strict, boolean custom) {

}
