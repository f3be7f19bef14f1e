package dev.tallygate.simulator.call;

import tools.jackson.databind.JsonNode;

/**
 * A tool that a request offers.
 *
 * @param custom whether its input is free text rather than JSON
 * @param schema of its arguments
 */
public record Tool(String name, boolean custom, JsonNode schema) {

	/** Arguments that the schema takes: a value for each property it requires. */
	String sampleArguments() {
		if (this.custom) {
			return "sample";
		}
		StringBuilder json = new StringBuilder("{");
		for (JsonNode name : this.schema.path("required")) {
			JsonNode property = this.schema.path("properties").path(name.asString(""));
			json.append((json.length() > 1) ? "," : "")
				.append(Json.quoted(name.asString("")))
				.append(':')
				.append(sample(property));
		}
		return json.append('}').toString();
	}

	private static String sample(JsonNode property) {
		JsonNode first = property.path("enum").path(0);
		if (!first.isMissingNode()) {
			return first.toString();
		}
		return switch (property.path("type").asString("string")) {
			case "integer", "number" -> "1000";
			case "boolean" -> "true";
			case "array" -> "[]";
			case "object" -> "{}";
			default -> "\"sample\"";
		};
	}

}
