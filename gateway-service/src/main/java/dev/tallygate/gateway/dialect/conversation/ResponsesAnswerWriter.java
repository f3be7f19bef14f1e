package dev.tallygate.gateway.dialect.conversation;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes whole responses.
 */
final class ResponsesAnswerWriter implements AnswerWriter {

	@Override
	public ObjectNode write(Answer answer, AnswerSetting setting) throws UnreadableAnswerException {
		String id = Ids.answer("resp_", answer.id());
		ObjectNode response = ResponseItems.response(id, setting.modelOf(answer), "completed", setting);
		ArrayNode output = response.putArray("output");
		ArrayNode message = null;
		String base = id.substring("resp_".length());
		for (Part part : answer.parts()) {
			String itemId = base + '_' + output.size();
			switch (part) {
				case Part.Text(String text) -> message = said(output, message, itemId, ResponseItems.outputText(text));
				case Part.Refusal(String text) -> message = said(output, message, itemId, ResponseItems.refusal(text));
				case Part.Thinking thought -> {
					output.add(ResponseItems.reasoning("rs_" + itemId, thought));
					message = null;
				}
				case Part.RedactedThinking thought -> {
					output.add(ResponseItems.reasoning("rs_" + itemId, thought));
					message = null;
				}
				case Part.ToolCall call -> {
					output.add(call(itemId, call, answer, setting));
					message = null;
				}
				case Part.Image image -> throw new UnreadableAnswerException("an image");
				case Part.Document document -> throw new UnreadableAnswerException("a document");
				case Part.ToolResult result -> throw new UnreadableAnswerException("a tool's result");
			}
		}
		if (output.isEmpty()) {
			said(output, null, base + "_0", ResponseItems.outputText(""));
		}
		ResponseItems.ended(response, answer.finish(), answer.usage());
		return response;
	}

	private static ArrayNode said(ArrayNode output, @Nullable ArrayNode open, String itemId, ObjectNode part) {
		ArrayNode content = open;
		if (content == null) {
			ObjectNode item = ResponseItems.message("msg_" + itemId, "completed");
			output.add(item);
			content = item.withArray("content");
		}
		content.add(part);
		return content;
	}

	private static ObjectNode call(String itemId, Part.ToolCall call, Answer answer, AnswerSetting setting) {
		boolean custom = setting.isCustom(call.name());
		String status = ResponseItems.isCut(call, answer.finish()) ? "incomplete" : "completed";
		return ResponseItems.call((custom ? "ctc_" : "fc_") + itemId, call, status, setting);
	}

}
