package dev.tallygate.gateway.dialect.conversation;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads whole answers of the Messages API.
 */
final class MessagesAnswerReader implements AnswerReader {

	@Override
	public Answer read(ObjectNode answer) throws UnreadableAnswerException {
		JsonNode content = answer.path("content");
		if (!content.isArray()) {
			throw new UnreadableAnswerException("no list of content");
		}
		List<Part> parts = new ArrayList<>();
		for (JsonNode block : content) {
			part(block, parts);
		}
		String reason = Json.string(answer, "stop_reason");
		return new Answer(Json.name(answer, "id"), Json.name(answer, "model"), parts,
				(reason != null) ? Finish.ofMessages(reason, Json.string(answer, "stop_sequence")) : null,
				AnswerUsage.ofMessages(answer.path("usage")));
	}

	/**
	 * Blocks of tools that the provider runs by itself cannot come: nobody can ask for
	 * them.
	 */
	private static void part(JsonNode block, List<Part> parts) throws UnreadableAnswerException {
		switch (Json.stringOrEmpty(block, "type")) {
			case "text" -> parts.add(new Part.Text(Json.stringOrEmpty(block, "text")));
			case "thinking" ->
				parts.add(new Part.Thinking(Json.stringOrEmpty(block, "thinking"), Json.name(block, "signature")));
			case "redacted_thinking" -> parts.add(new Part.RedactedThinking(Json.stringOrEmpty(block, "data")));
			case "tool_use" ->
				parts.add(Part.ToolCall.made(Json.stringOrEmpty(block, "id"), Json.stringOrEmpty(block, "name"),
						(block.get("input") instanceof ObjectNode input) ? Json.text(input) : "{}"));
			default -> throw new UnreadableAnswerException("a content block of another kind");
		}
	}

}
