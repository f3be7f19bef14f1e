package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.conversation.Finish.Kind;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Responses and their items as the Responses API has them.
 */
final class ResponseItems {

	/** What a response repeats of its request, with what it is when not given. */
	private static final String[][] REPEATED = { { "instructions", "null" }, { "max_output_tokens", "null" },
			{ "metadata", "{}" }, { "parallel_tool_calls", "true" }, { "reasoning", "{}" }, { "temperature", "1.0" },
			{ "text", "{\"format\":{\"type\":\"text\"}}" }, { "tool_choice", "\"auto\"" }, { "tools", "[]" },
			{ "top_p", "1.0" }, { "truncation", "\"disabled\"" }, { "user", "null" } };

	private ResponseItems() {
	}

	/** What a response repeats of its request. */
	static ObjectNode repeated(ObjectNode request) {
		ObjectNode repeated = Json.object();
		for (String[] each : REPEATED) {
			JsonNode given = request.get(each[0]);
			if (given != null) {
				repeated.set(each[0], given);
			}
		}
		return repeated;
	}

	/** A response without its output. */
	static ObjectNode response(String id, String model, String status, AnswerSetting setting) {
		ObjectNode response = Json.object();
		response.put("id", id);
		response.put("object", "response");
		response.put("created_at", setting.created());
		response.put("status", status);
		response.put("background", false);
		response.putNull("error");
		response.putNull("incomplete_details");
		response.put("model", model);
		response.putArray("output");
		response.putNull("previous_response_id");
		response.put("store", false);
		for (String[] repeated : REPEATED) {
			JsonNode given = setting.request().get(repeated[0]);
			response.set(repeated[0], (given != null && !given.isNull()) ? given : Json.readOrNull(repeated[1]));
		}
		return response;
	}

	/** Puts the end of an answer into its response. */
	static void ended(ObjectNode response, @Nullable Finish finish, AnswerUsage usage) {
		String incomplete = (finish != null) ? finish.incompleteReason() : null;
		boolean complete = finish != null && incomplete == null;
		response.put("status", complete ? "completed" : "incomplete");
		if (incomplete != null) {
			response.putObject("incomplete_details").put("reason", incomplete);
		}
		if (usage.told()) {
			response.set("usage", usage.toResponses());
		}
		else {
			response.putNull("usage");
		}
	}

	static ObjectNode message(String id, String status) {
		ObjectNode item = Json.object().put("id", id).put("type", "message").put("status", status);
		item.put("role", "assistant").putArray("content");
		return item;
	}

	static ObjectNode outputText(String text) {
		ObjectNode part = Json.object().put("type", "output_text").put("text", text);
		part.putArray("annotations");
		part.putArray("logprobs");
		return part;
	}

	static ObjectNode refusal(String text) {
		return Json.object().put("type", "refusal").put("refusal", text);
	}

	static ObjectNode reasoning(String id, @Nullable Part thought) {
		ObjectNode item = Json.object().put("id", id).put("type", "reasoning");
		ArrayNode summary = item.putArray("summary");
		if (thought instanceof Part.Thinking(String text, String signature) && !text.isEmpty()) {
			summary.add(summaryText(text));
		}
		String sealed = (thought != null) ? SealedThinking.seal(thought) : null;
		if (sealed != null) {
			item.put("encrypted_content", sealed);
		}
		return item;
	}

	static ObjectNode summaryText(String text) {
		return Json.object().put("type", "summary_text").put("text", text);
	}

	static ObjectNode call(String id, Part.ToolCall call, String status, AnswerSetting setting) {
		boolean custom = setting.isCustom(call.name());
		String namespace = setting.namespaceOf(call.name());
		ObjectNode item = Json.object().put("id", id).put("type", custom ? "custom_tool_call" : "function_call");
		item.put("status", status).put("call_id", call.id()).put("name", setting.ownNameOf(call.name()));
		if (namespace != null) {
			item.put("namespace", namespace);
		}
		return item.put(custom ? "input" : "arguments", custom ? inputOf(call) : call.arguments());
	}

	/** The text in a custom call; as it came when the model did not wrap it. */
	static String inputOf(Part.ToolCall call) {
		String text = CustomTools.unwrapped(call.arguments());
		return (text != null) ? text : call.arguments();
	}

	/** Whether a call is only the beginning of one. */
	static boolean isCut(Part.ToolCall call, @Nullable Finish finish) {
		return (finish == null || finish.kind() == Kind.LENGTH) && Json.readOrNull(call.arguments()) == null;
	}

}
