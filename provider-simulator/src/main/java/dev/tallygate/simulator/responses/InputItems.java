package dev.tallygate.simulator.responses;

import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.Refusal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The items of a request's input: a bare text is one message of the user.
 */
final class InputItems {

	private InputItems() {
	}

	static List<JsonNode> of(JsonNode input) {
		List<JsonNode> items = new ArrayList<>();
		if (input.isString()) {
			ObjectNode message = Json.MAPPER.createObjectNode();
			message.put("type", "message").put("role", "user");
			message.putArray("content").addObject().put("type", "input_text").put("text", input.stringValue());
			items.add(message);
		}
		else if (input.isArray()) {
			input.forEach(items::add);
		}
		else {
			throw new Refusal(400, "input must be a text or a list of items");
		}
		return items;
	}

}
