package dev.tallygate.simulator;

import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.Refusal;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The models that the simulator says it has; it answers for any.
 */
final class ModelLists {

	private static final List<String> OPENAI = List.of("gpt-4o", "gpt-4o-mini", "llama3.1", "text-embedding-3-small");

	private static final List<String> ANTHROPIC = List.of("claude-opus-4.6", "claude-haiku-4.5",
			"claude-sonnet-4-20250514");

	private ModelLists() {
	}

	/** As OpenAI lists them, or Ollama, which names the owner of its models so. */
	static String openai(boolean ollama) {
		return OPENAI.stream()
			.map((model) -> openai(model, ollama ? "library" : "system"))
			.collect(Collectors.joining(",", "{\"object\":\"list\",\"data\":[", "]}"));
	}

	private static String openai(String model, String owner) {
		return "{\"id\":" + Json.quoted(model) + ",\"object\":\"model\",\"created\":1715367049,\"owned_by\":\"" + owner
				+ "\"}";
	}

	/** As Anthropic lists them. */
	static String anthropic() {
		return ANTHROPIC.stream()
			.map(ModelLists::anthropic)
			.collect(Collectors.joining(",", "{\"data\":[", "],\"has_more\":false,\"first_id\":\""
					+ ANTHROPIC.getFirst() + "\",\"last_id\":\"" + ANTHROPIC.getLast() + "\"}"));
	}

	private static String anthropic(String model) {
		return "{\"type\":\"model\",\"id\":" + Json.quoted(model) + ",\"display_name\":" + Json.quoted(model)
				+ ",\"created_at\":\"2025-05-14T00:00:00Z\"}";
	}

	/** One model, as the one or the other describes it. */
	static String one(String model, boolean anthropic) {
		if (!(anthropic ? ANTHROPIC : OPENAI).contains(model)) {
			throw new Refusal(404, "The model '" + model + "' does not exist", "model_not_found");
		}
		return anthropic ? anthropic(model) : openai(model, "system");
	}

}
