package dev.tallygate.gateway.dialect.conversation;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes whole chat completions.
 */
final class ChatAnswerWriter implements AnswerWriter {

	@Override
	public ObjectNode write(Answer answer, AnswerSetting setting) {
		ObjectNode completion = Json.object();
		completion.put("id", Ids.answer("chatcmpl-", answer.id()));
		completion.put("object", "chat.completion");
		completion.put("created", setting.created());
		completion.put("model", setting.modelOf(answer));
		ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
		message(choice.putObject("message"), answer, setting);
		choice.putNull("logprobs");
		if (answer.finish() != null) {
			choice.put("finish_reason", answer.finish().toChat(answer.calls()));
		}
		else {
			choice.putNull("finish_reason");
		}
		if (answer.usage().told()) {
			completion.set("usage", answer.usage().toChat());
		}
		return completion;
	}

	private static void message(ObjectNode message, Answer answer, AnswerSetting setting) {
		StringBuilder text = new StringBuilder();
		StringBuilder thought = new StringBuilder();
		StringBuilder refusal = new StringBuilder();
		ArrayNode calls = Json.object().putArray("tool_calls");
		for (Part part : answer.parts()) {
			switch (part) {
				case Part.Text(String said) -> text.append(said);
				case Part.Thinking(String said, String signature) -> thought.append(said);
				case Part.Refusal(String said) -> refusal.append(said);
				case Part.ToolCall call -> call(calls.addObject().put("id", call.id()), call, setting);
				case Part.RedactedThinking thinking -> {
					// nobody here can read it
				}
				case Part.Image image -> {
					// no model of this kind answers with one
				}
				case Part.Document document -> {
					// no model of this kind answers with one
				}
				case Part.ToolResult result -> {
					// no model answers with one
				}
			}
		}
		message.put("role", "assistant");
		message.put("content", text.toString());
		if (refusal.isEmpty()) {
			message.putNull("refusal");
		}
		else {
			message.put("refusal", refusal.toString());
		}
		if (!thought.isEmpty()) {
			message.put("reasoning_content", thought.toString());
		}
		if (!calls.isEmpty()) {
			message.set("tool_calls", calls);
		}
	}

	private static void call(ObjectNode said, Part.ToolCall call, AnswerSetting setting) {
		boolean custom = setting.isCustom(call.name());
		String type = custom ? "custom" : "function";
		said.put("type", type)
			.putObject(type)
			.put("name", call.name())
			.put(custom ? "input" : "arguments", custom ? ResponseItems.inputOf(call) : call.arguments());
	}

}
