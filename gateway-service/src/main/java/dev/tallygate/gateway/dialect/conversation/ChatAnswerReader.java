package dev.tallygate.gateway.dialect.conversation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads whole chat completions.
 */
final class ChatAnswerReader implements AnswerReader {

	@Override
	public Answer read(ObjectNode answer) throws UnreadableAnswerException {
		JsonNode choice = answer.path("choices").path(0);
		JsonNode message = choice.path("message");
		if (!message.isObject()) {
			throw new UnreadableAnswerException("no choice with a message");
		}
		List<Part> parts = new ArrayList<>();
		String thought = thought(message);
		if (thought != null) {
			parts.add(new Part.Thinking(thought, null));
		}
		String text = text(message.path("content"));
		if (!text.isEmpty()) {
			parts.add(new Part.Text(text));
		}
		String refusal = Json.string(message, "refusal");
		if (refusal != null && !refusal.isEmpty()) {
			parts.add(new Part.Refusal(refusal));
		}
		for (JsonNode call : message.path("tool_calls")) {
			JsonNode function = call.path("function");
			String id = Json.string(call, "id");
			parts.add(Part.ToolCall.made((id != null && !id.isEmpty()) ? id : "call_" + Ids.random(),
					Json.stringOrEmpty(function, "name"), arguments(function)));
		}
		String finish = Json.string(choice, "finish_reason");
		return new Answer(Json.name(answer, "id"), Json.name(answer, "model"), parts,
				(finish != null) ? Finish.ofChat(finish) : null, AnswerUsage.ofChat(answer.path("usage")));
	}

	/** Thoughts have no place of their own on this wire, but two usual ones. */
	static @Nullable String thought(JsonNode message) {
		String thought = Json.string(message, "reasoning_content");
		if (thought == null || thought.isEmpty()) {
			thought = Json.string(message, "reasoning");
		}
		return (thought != null && !thought.isEmpty()) ? thought : null;
	}

	/** Text, or a list of texts as some providers answer. */
	static String text(JsonNode content) {
		if (content.isString()) {
			return content.stringValue();
		}
		StringBuilder text = new StringBuilder();
		for (JsonNode part : content) {
			text.append(Json.stringOrEmpty(part, "text"));
		}
		return text.toString();
	}

	/** Arguments are text, but some providers write the object itself. */
	static String arguments(JsonNode function) {
		JsonNode arguments = function.path("arguments");
		return arguments.isObject() ? Json.text(arguments) : Json.stringOrEmpty(function, "arguments");
	}

}
