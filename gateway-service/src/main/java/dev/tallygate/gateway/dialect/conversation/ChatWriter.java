package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.conversation.Reasoning.Effort;
import dev.tallygate.gateway.dialect.conversation.Turn.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes chat completion requests.
 */
final class ChatWriter implements ConversationWriter {

	private static final int MOST_STOPS = 4;

	@Override
	public ObjectNode write(Conversation conversation, String model, @Nullable Long longestAnswer, LeftOut leftOut)
			throws InvalidRequestException {
		ObjectNode request = Json.object();
		request.put("model", model);
		messages(request.putArray("messages"), conversation, leftOut);
		tools(request, conversation.tools());
		format(request, conversation.format());
		reasoning(request, conversation.reasoning(), model, leftOut);
		sampling(request, conversation);
		if (conversation.maxTokens() != null) {
			request.put(ReasoningModels.wantsCompletionTokens(model) ? "max_completion_tokens" : "max_tokens",
					(longestAnswer != null) ? Math.min(conversation.maxTokens(), longestAnswer)
							: conversation.maxTokens());
		}
		if (conversation.user() != null) {
			request.put("user", conversation.user());
		}
		if (conversation.standardTier()) {
			request.put("service_tier", "default");
		}
		if (conversation.stream()) {
			request.put("stream", true);
		}
		return request;
	}

	private static void sampling(ObjectNode request, Conversation conversation) throws InvalidRequestException {
		Sampling sampling = conversation.sampling();
		if (sampling.topK() != null) {
			throw cannotSay("top_k");
		}
		if (sampling.temperature() != null) {
			request.set("temperature", sampling.temperature());
		}
		if (sampling.topP() != null) {
			request.set("top_p", sampling.topP());
		}
		if (conversation.stop().size() > MOST_STOPS) {
			throw InvalidRequestException.notTranslatable(
					"More than " + MOST_STOPS + " 'stop_sequences' cannot be said to this model's provider.",
					"stop_sequences");
		}
		if (!conversation.stop().isEmpty()) {
			ArrayNode stop = request.putArray("stop");
			conversation.stop().forEach(stop::add);
		}
	}

	private static void messages(ArrayNode messages, Conversation conversation, LeftOut leftOut)
			throws InvalidRequestException {
		Turn answer = null;
		for (Turn turn : conversation.turns()) {
			if (turn.role() == Role.ASSISTANT) {
				answer = (answer != null) ? answer.and(turn) : turn;
				continue;
			}
			if (answer != null) {
				answer(messages, answer, leftOut);
				answer = null;
			}
			if (turn.role() == Role.SYSTEM) {
				system(messages, turn);
			}
			else {
				user(messages, turn, leftOut);
			}
		}
		if (answer != null) {
			throw InvalidRequestException.notTranslatable(
					"The last message is the assistant's own: this model's provider cannot go on from the beginning "
							+ "of an answer.",
					conversation.turnsAt());
		}
	}

	private static void system(ArrayNode messages, Turn turn) throws InvalidRequestException {
		for (Part part : turn.parts()) {
			switch (part) {
				case Part.Image image -> throw cannotSay(image.at());
				case Part.Document document -> throw cannotSay(document.at());
				case Part.ToolCall call -> throw cannotSay(call.at());
				case Part.ToolResult result -> throw cannotSay("messages");
				case Part.Text text -> {
					// said below
				}
				case Part.Refusal refusal -> throw cannotSay("messages");
				case Part.Thinking thinking -> throw cannotSay("messages");
				case Part.RedactedThinking thinking -> throw cannotSay("messages");
			}
		}
		messages.addObject().put("role", "system").put("content", turn.text("\n\n"));
	}

	private static void answer(ArrayNode messages, Turn turn, LeftOut leftOut) throws InvalidRequestException {
		StringBuilder text = new StringBuilder();
		StringBuilder refusal = new StringBuilder();
		ArrayNode calls = Json.object().putArray("tool_calls");
		for (Part part : turn.parts()) {
			switch (part) {
				case Part.Text(String said) -> text.append(said);
				case Part.Refusal(String said) -> refusal.append(said);
				case Part.ToolCall call -> call(calls, call);
				case Part.Thinking thinking -> leftOut.add("content.thinking");
				case Part.RedactedThinking thinking -> leftOut.add("content.redacted_thinking");
				case Part.Image image -> throw cannotSay(image.at());
				case Part.Document document -> throw cannotSay(document.at());
				case Part.ToolResult result -> throw cannotSay("messages");
			}
		}
		if (text.isEmpty() && refusal.isEmpty() && calls.isEmpty()) {
			return;
		}
		ObjectNode message = messages.addObject().put("role", "assistant");
		if (text.isEmpty() && !(calls.isEmpty() && refusal.isEmpty())) {
			message.putNull("content");
		}
		else {
			message.put("content", text.toString());
		}
		if (!refusal.isEmpty()) {
			message.put("refusal", refusal.toString());
		}
		if (!calls.isEmpty()) {
			message.set("tool_calls", calls);
		}
	}

	private static void call(ArrayNode calls, Part.ToolCall call) {
		String arguments = call.custom() ? CustomTools.wrapped(call.arguments()) : call.arguments();
		calls.addObject()
			.put("id", call.id())
			.put("type", "function")
			.putObject("function")
			.put("name", call.name())
			.put("arguments", arguments.isBlank() ? "{}" : arguments);
	}

	private static void user(ArrayNode messages, Turn turn, LeftOut leftOut) throws InvalidRequestException {
		List<Part> said = new ArrayList<>();
		for (Part part : turn.parts()) {
			if (part instanceof Part.ToolResult result) {
				said.addAll(result(messages, result, leftOut));
			}
		}
		for (Part part : turn.parts()) {
			if (!(part instanceof Part.ToolResult)) {
				said.add(part);
			}
		}
		ArrayNode content = Json.object().putArray("content");
		for (Part part : said) {
			part(content, part);
		}
		if (content.size() == 1 && said.getFirst() instanceof Part.Text(String text)) {
			messages.addObject().put("role", "user").put("content", text);
		}
		else if (!content.isEmpty()) {
			messages.addObject().put("role", "user").set("content", content);
		}
	}

	/**
	 * Says a result.
	 * @return what only the user can say here: images and documents of the result
	 */
	private static List<Part> result(ArrayNode messages, Part.ToolResult result, LeftOut leftOut) {
		StringBuilder text = new StringBuilder();
		List<Part> shown = new ArrayList<>();
		for (Part part : result.content()) {
			if (part instanceof Part.Text(String said)) {
				text.append(text.isEmpty() ? "" : "\n").append(said);
			}
			else {
				shown.add(part);
			}
		}
		if (result.failed()) {
			leftOut.add("content.is_error");
		}
		if (!shown.isEmpty()) {
			shown.addFirst(new Part.Text("What the tool of call " + result.callId() + " showed:"));
			text.append(text.isEmpty() ? "The result is shown in the next message." : "");
		}
		messages.addObject().put("role", "tool").put("tool_call_id", result.callId()).put("content", text.toString());
		return shown;
	}

	private static void part(ArrayNode content, Part part) throws InvalidRequestException {
		switch (part) {
			case Part.Text(String text) -> content.addObject().put("type", "text").put("text", text);
			case Part.Image(Source source, String at) ->
				content.addObject().put("type", "image_url").putObject("image_url").put("url", url(source, at));
			case Part.Document document -> document(content, document);
			case Part.Refusal refusal -> throw cannotSay("messages");
			case Part.Thinking thinking -> throw cannotSay("messages");
			case Part.RedactedThinking thinking -> throw cannotSay("messages");
			case Part.ToolCall call -> throw cannotSay(call.at());
			case Part.ToolResult result -> throw cannotSay("messages");
		}
	}

	private static String url(Source source, String at) throws InvalidRequestException {
		return switch (source) {
			case Source.Url(String url) -> url;
			case Source.Base64 base64 -> base64.dataUrl();
			case Source.PlainText text -> throw cannotSay(at);
		};
	}

	private static void document(ArrayNode content, Part.Document document) throws InvalidRequestException {
		switch (document.source()) {
			case Source.Base64 base64 -> content.addObject()
				.put("type", "file")
				.putObject("file")
				.put("filename", (document.name() != null) ? document.name() : "document")
				.put("file_data", base64.dataUrl());
			case Source.PlainText(String text) -> content.addObject()
				.put("type", "text")
				.put("text", (document.name() != null) ? document.name() + "\n\n" + text : text);
			case Source.Url url -> throw cannotSay(document.at());
		}
	}

	private static void tools(ObjectNode request, Toolbox box) {
		if (box.tools().isEmpty()) {
			return;
		}
		ArrayNode tools = request.putArray("tools");
		for (Tool tool : box.tools()) {
			ObjectNode function = tools.addObject().put("type", "function").putObject("function");
			function.put("name", tool.name());
			if (tool.description() != null) {
				function.put("description", tool.description());
			}
			JsonNode schema = tool.custom() ? CustomTools.schema() : tool.schema();
			if (schema != null) {
				function.set("parameters", schema);
			}
			if (tool.strict()) {
				function.put("strict", true);
			}
		}
		switch (box.choice()) {
			case ToolChoice.Auto auto -> {
				// what it is without a word
			}
			case ToolChoice.None none -> request.put("tool_choice", "none");
			case ToolChoice.Any any -> request.put("tool_choice", "required");
			case ToolChoice.Named(String name) ->
				request.putObject("tool_choice").put("type", "function").putObject("function").put("name", name);
		}
		if (!box.parallel()) {
			request.put("parallel_tool_calls", false);
		}
	}

	private static void format(ObjectNode request, @Nullable OutputFormat format) {
		switch (format) {
			case null -> {
				// text
			}
			case OutputFormat.AnyJson any -> request.putObject("response_format").put("type", "json_object");
			case OutputFormat.Schema schema -> {
				ObjectNode said = request.putObject("response_format").put("type", "json_schema");
				ObjectNode inner = said.putObject("json_schema").put("name", schema.name());
				if (schema.description() != null) {
					inner.put("description", schema.description());
				}
				inner.set("schema", schema.schema());
				if (schema.strict()) {
					inner.put("strict", true);
				}
			}
		}
	}

	private static void reasoning(ObjectNode request, @Nullable Reasoning reasoning, String model, LeftOut leftOut) {
		if (reasoning == null) {
			return;
		}
		if (!ReasoningModels.reasons(model)) {
			if (reasoning.on()) {
				leftOut.add(reasoning.at());
			}
			return;
		}
		boolean ofOpenAi = reasoning.at().startsWith("reasoning");
		Effort effort = reasoning.inWords();
		if (reasoning.on() || ofOpenAi) {
			boolean most = effort == Effort.MAX || (effort == Effort.XHIGH && !ofOpenAi);
			request.put("reasoning_effort", most ? "high" : effort.wireName());
		}
	}

	private static InvalidRequestException cannotSay(String at) {
		return InvalidRequestException.notTranslatable("'" + at + "' cannot be said to this model's provider.", at);
	}

}
