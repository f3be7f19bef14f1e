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
 * @param namespace the group its caller has it in; null when in none
 * @param ownName its name within the group
 */
record Tool(String name, @Nullable String description, @Nullable JsonNode schema, boolean strict, boolean custom,
		@Nullable String namespace, String ownName) {

	/** A tool in no group. */
	static Tool of(String name, @Nullable String description, @Nullable JsonNode schema, boolean strict,
			boolean custom) {
		return new Tool(name, description, schema, strict, custom, null, name);
	}

	/** The name that stands for a tool in a group where there are no groups. */
	static String nameIn(String namespace, String name) {
		return namespace + "__" + name;
	}

	/** The same without what only its model needs. */
	Tool named() {
		return new Tool(this.name, null, null, this.strict, this.custom, this.namespace, this.ownName);
	}

	Tool in(String group) {
		return new Tool(nameIn(group, this.name), this.description, this.schema, this.strict, this.custom, group,
				this.name);
	}

}
