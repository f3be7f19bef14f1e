package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.conversation.Finish.Kind;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes whole answers of the Messages API.
 */
final class MessagesAnswerWriter implements AnswerWriter {

	@Override
	public ObjectNode write(Answer answer, AnswerSetting setting) throws UnreadableAnswerException {
		ObjectNode message = Json.object();
		message.put("id", Ids.answer("msg_", answer.id()));
		message.put("type", "message");
		message.put("role", "assistant");
		message.put("model", setting.modelOf(answer));
		ArrayNode content = message.putArray("content");
		boolean refused = false;
		for (Part part : answer.parts()) {
			refused |= part instanceof Part.Refusal;
			block(content, part, answer);
		}
		if (content.isEmpty()) {
			content.addObject().put("type", "text").put("text", "");
		}
		Finish finish = answer.finish();
		if (finish == null) {
			message.putNull("stop_reason");
		}
		else {
			message.put("stop_reason",
					(refused && finish.kind() == Kind.STOP) ? "refusal" : finish.toMessages(answer.calls()));
		}
		if (finish != null && finish.stopSequence() != null) {
			message.put("stop_sequence", finish.stopSequence());
		}
		else {
			message.putNull("stop_sequence");
		}
		message.set("usage", setting.toldOrEstimated(answer.usage(), answer.roughOutput()).toMessages());
		return message;
	}

	private static void block(ArrayNode content, Part part, Answer answer) throws UnreadableAnswerException {
		switch (part) {
			case Part.Text(String text) -> content.addObject().put("type", "text").put("text", text);
			case Part.Refusal(String text) -> content.addObject().put("type", "text").put("text", text);
			case Part.Thinking(String text, String signature) -> content.addObject()
				.put("type", "thinking")
				.put("thinking", text)
				.put("signature", (signature != null) ? signature : "");
			case Part.RedactedThinking(String data) ->
				content.addObject().put("type", "redacted_thinking").put("data", data);
			case Part.ToolCall call -> call(content, call, answer);
			case Part.Image image -> throw new UnreadableAnswerException("an image");
			case Part.Document document -> throw new UnreadableAnswerException("a document");
			case Part.ToolResult result -> throw new UnreadableAnswerException("a tool's result");
		}
	}

	/**
	 * Arguments are an object here. Where the answer was cut in the middle of them, the
	 * call is none yet; else a call nobody can read makes the answer unreadable.
	 */
	private static void call(ArrayNode content, Part.ToolCall call, Answer answer) throws UnreadableAnswerException {
		ObjectNode input;
		if (call.arguments().isBlank()) {
			input = Json.object();
		}
		else if (Json.readOrNull(call.arguments()) instanceof ObjectNode object) {
			input = object;
		}
		else if (answer.finish() != null && answer.finish().kind() == Kind.LENGTH) {
			return;
		}
		else {
			throw new UnreadableAnswerException("arguments of a tool that are no JSON object");
		}
		content.addObject()
			.put("type", "tool_use")
			.put("id", Ids.toolCall(call.id()))
			.put("name", call.name())
			.set("input", input);
	}

}
