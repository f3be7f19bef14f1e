package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.conversation.ClaudeModel.ThinkingStyle;
import dev.tallygate.gateway.dialect.conversation.Turn.Role;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes requests of Anthropic's Messages API.
 */
final class MessagesWriter implements ConversationWriter {

	/** What a call may answer when its caller did not say, in tokens. */
	static final long DEFAULT_MAX_TOKENS = 4_096;

	/** The least a model may be told to think, and what is kept for the answer. */
	private static final long LEAST_BUDGET = 1_024;

	@Override
	public ObjectNode write(Conversation conversation, String model, @Nullable Long longestAnswer, LeftOut leftOut)
			throws InvalidRequestException {
		ClaudeModel claude = ClaudeModel.named(model);
		ObjectNode request = Json.object();
		request.put("model", model);
		long maxTokens = (conversation.maxTokens() != null) ? conversation.maxTokens() : DEFAULT_MAX_TOKENS;
		if (longestAnswer != null) {
			maxTokens = Math.min(maxTokens, longestAnswer);
		}
		request.put("max_tokens", maxTokens);
		boolean guaranteed = claude.schemas() && conversation.format() instanceof OutputFormat.Schema schema
				&& schema.strict();
		system(request, conversation, guaranteed ? null : conversation.format());
		messages(request, conversation, leftOut);
		tools(request, conversation.tools(), claude, leftOut);
		ObjectNode config = Json.object();
		if (guaranteed && conversation.format() instanceof OutputFormat.Schema schema) {
			config.putObject("format").put("type", "json_schema").set("schema", schema.schema());
		}
		thinking(request, config, conversation, maxTokens, claude.thinking(), leftOut);
		if (!config.isEmpty()) {
			request.set("output_config", config);
		}
		sampling(request, conversation);
		if (conversation.user() != null) {
			request.putObject("metadata").put("user_id", conversation.user());
		}
		if (conversation.standardTier()) {
			request.put("service_tier", "standard_only");
		}
		if (conversation.stream()) {
			request.put("stream", true);
		}
		return request;
	}

	private static void sampling(ObjectNode request, Conversation conversation) throws InvalidRequestException {
		Sampling sampling = conversation.sampling();
		if (sampling.temperature() != null) {
			if (sampling.temperature().decimalValue().compareTo(BigDecimal.ONE) > 0) {
				throw InvalidRequestException
					.notTranslatable("'temperature' above 1 cannot be said to this model's provider.", "temperature");
			}
			request.set("temperature", sampling.temperature());
		}
		if (sampling.topP() != null) {
			request.set("top_p", sampling.topP());
		}
		if (sampling.topK() != null) {
			request.set("top_k", sampling.topK());
		}
		if (!conversation.stop().isEmpty()) {
			ArrayNode stop = request.putArray("stop_sequences");
			for (String sequence : conversation.stop()) {
				if (sequence.isBlank()) {
					throw InvalidRequestException.notTranslatable(
							"'stop' with nothing but white space cannot be said to this model's provider.", "stop");
				}
				stop.add(sequence);
			}
		}
	}

	/** All instructions stand before the conversation, wherever they came. */
	private static void system(ObjectNode request, Conversation conversation, @Nullable OutputFormat told)
			throws InvalidRequestException {
		List<String> texts = new ArrayList<>();
		for (Turn turn : conversation.turns()) {
			if (turn.role() == Role.SYSTEM) {
				for (Part part : turn.parts()) {
					texts.add(onlyText(part));
				}
			}
		}
		texts.removeIf(String::isBlank);
		if (told != null) {
			texts.add(Instructions.of(told));
		}
		if (texts.size() == 1) {
			request.put("system", texts.getFirst());
		}
		else if (!texts.isEmpty()) {
			ArrayNode blocks = request.putArray("system");
			texts.forEach((text) -> blocks.addObject().put("type", "text").put("text", text));
		}
	}

	private static String onlyText(Part part) throws InvalidRequestException {
		return switch (part) {
			case Part.Text(String text) -> text;
			case Part.Image image -> throw cannotSay(image.at());
			case Part.Document document -> throw cannotSay(document.at());
			case Part.Thinking thinking -> "";
			case Part.RedactedThinking thinking -> "";
			case Part.ToolCall call -> throw cannotSay(call.at());
			case Part.ToolResult result -> throw cannotSay("messages");
			case Part.Refusal(String text) -> text;
		};
	}

	private static void messages(ObjectNode request, Conversation conversation, LeftOut leftOut)
			throws InvalidRequestException {
		ArrayNode messages = request.putArray("messages");
		Turn open = null;
		for (Turn turn : conversation.turns()) {
			if (turn.role() == Role.SYSTEM) {
				continue;
			}
			if (open != null && open.role() == turn.role()) {
				open = open.and(turn);
				continue;
			}
			if (open != null) {
				message(messages, open, leftOut);
			}
			open = turn;
		}
		if (open != null) {
			message(messages, open, leftOut);
		}
		if (messages.isEmpty()) {
			throw InvalidRequestException.notTranslatable(
					"This model's provider takes no conversation without a word of the user's.",
					conversation.turnsAt());
		}
	}

	/** Results come first in a message; what says nothing is no message. */
	private static void message(ArrayNode messages, Turn turn, LeftOut leftOut) throws InvalidRequestException {
		ArrayNode content = Json.object().putArray("content");
		for (Part part : turn.parts()) {
			if (part instanceof Part.ToolResult) {
				content(content, part, leftOut);
			}
		}
		for (Part part : turn.parts()) {
			if (!(part instanceof Part.ToolResult)) {
				content(content, part, leftOut);
			}
		}
		if (content.isEmpty()) {
			return;
		}
		ObjectNode message = messages.addObject();
		message.put("role", (turn.role() == Role.USER) ? "user" : "assistant");
		message.set("content", simplest(content));
	}

	private static JsonNode simplest(ArrayNode content) {
		JsonNode only = content.get(0);
		return (content.size() == 1 && "text".equals(Json.string(only, "type"))) ? only.path("text") : content;
	}

	private static void content(ArrayNode content, Part part, LeftOut leftOut) throws InvalidRequestException {
		switch (part) {
			case Part.Text(String text) -> text(content, text);
			case Part.Refusal(String text) -> text(content, text);
			case Part.Image image -> image(content, image.source(), image.at());
			case Part.Document document -> document(content, document);
			case Part.Thinking(String text, String signature) -> {
				if (signature == null) {
					leftOut.add("messages.reasoning");
				}
				else {
					content.addObject().put("type", "thinking").put("thinking", text).put("signature", signature);
				}
			}
			case Part.RedactedThinking(String data) ->
				content.addObject().put("type", "redacted_thinking").put("data", data);
			case Part.ToolCall call -> content.addObject()
				.put("type", "tool_use")
				.put("id", Ids.toolCall(call.id()))
				.put("name", call.name())
				.set("input", input(call));
			case Part.ToolResult result -> result(content, result, leftOut);
		}
	}

	/** A text of nothing but white space is refused, and says nothing. */
	private static void text(ArrayNode content, String text) {
		if (!text.isBlank()) {
			content.addObject().put("type", "text").put("text", text);
		}
	}

	private static void image(ArrayNode content, Source source, String at) throws InvalidRequestException {
		ObjectNode said = Json.object();
		switch (source) {
			case Source.Base64(String mediaType, String data) ->
				said.put("type", "base64").put("media_type", imageType(mediaType)).put("data", data);
			case Source.Url(String url) when !url.startsWith("data:") -> said.put("type", "url").put("url", url);
			case Source.Url url -> throw cannotSay(at);
			case Source.PlainText text -> throw cannotSay(at);
		}
		content.addObject().put("type", "image").set("source", said);
	}

	/** There is no {@code image/jpg}, but many say so and most take it. */
	private static String imageType(String mediaType) {
		return mediaType.equalsIgnoreCase("image/jpg") ? "image/jpeg" : mediaType;
	}

	private static void document(ArrayNode content, Part.Document document) throws InvalidRequestException {
		if (document.source() instanceof Source.Base64 image && image.mediaType().startsWith("image/")) {
			image(content, image, document.at());
			return;
		}
		ObjectNode said = Json.object();
		switch (document.source()) {
			case Source.Base64(String mediaType, String data) when mediaType.equals("application/pdf") ->
				said.put("type", "base64").put("media_type", mediaType).put("data", data);
			case Source.Base64(String mediaType, String data) when mediaType.startsWith("text/") ->
				said.put("type", "text").put("media_type", "text/plain").put("data", decoded(data, document.at()));
			case Source.Base64 other -> throw cannotSay(document.at());
			case Source.PlainText(String text) ->
				said.put("type", "text").put("media_type", "text/plain").put("data", text);
			case Source.Url(String url) when !url.startsWith("data:") -> said.put("type", "url").put("url", url);
			case Source.Url url -> throw cannotSay(document.at());
		}
		ObjectNode block = content.addObject().put("type", "document");
		block.set("source", said);
		if (document.name() != null) {
			block.put("title", document.name());
		}
	}

	private static String decoded(String data, String at) throws InvalidRequestException {
		try {
			return new String(Base64.getMimeDecoder().decode(data), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw InvalidRequestException.notTranslatable("'" + at + "' is no base64.", at);
		}
	}

	/** Arguments are an object here, so text that is none cannot be said. */
	private static ObjectNode input(Part.ToolCall call) throws InvalidRequestException {
		if (call.custom()) {
			return Json.object().put(CustomTools.INPUT, call.arguments());
		}
		if (call.arguments().isBlank()) {
			return Json.object();
		}
		if (Json.readOrNull(call.arguments()) instanceof ObjectNode input) {
			return input;
		}
		throw InvalidRequestException.notTranslatable("'" + call.at() + "' is not the text of a JSON object.",
				call.at());
	}

	private static void result(ArrayNode content, Part.ToolResult result, LeftOut leftOut)
			throws InvalidRequestException {
		ObjectNode block = content.addObject();
		block.put("type", "tool_result").put("tool_use_id", Ids.toolCall(result.callId()));
		ArrayNode inner = Json.object().putArray("content");
		for (Part part : result.content()) {
			content(inner, part, leftOut);
		}
		if (!inner.isEmpty()) {
			block.set("content", simplest(inner));
		}
		if (result.failed()) {
			block.put("is_error", true);
		}
	}

	private static void tools(ObjectNode request, Toolbox box, ClaudeModel claude, LeftOut leftOut) {
		if (box.tools().isEmpty()) {
			return;
		}
		ArrayNode tools = request.putArray("tools");
		for (Tool tool : box.tools()) {
			ObjectNode said = tools.addObject().put("name", tool.name());
			if (tool.description() != null) {
				said.put("description", tool.description());
			}
			said.set("input_schema", tool.custom() ? CustomTools.schema() : schema(tool.schema()));
			if (tool.strict() && claude.schemas()) {
				said.put("strict", true);
			}
			else if (tool.strict()) {
				leftOut.add("tools.strict");
			}
		}
		ObjectNode choice = Json.object();
		switch (box.choice()) {
			case ToolChoice.Auto auto -> choice.put("type", "auto");
			case ToolChoice.None none -> choice.put("type", "none");
			case ToolChoice.Any any -> choice.put("type", "any");
			case ToolChoice.Named(String name) -> choice.put("type", "tool").put("name", name);
		}
		boolean none = box.choice() instanceof ToolChoice.None;
		if (!box.parallel() && !none) {
			choice.put("disable_parallel_tool_use", true);
		}
		if (!(box.choice() instanceof ToolChoice.Auto) || !box.parallel()) {
			request.set("tool_choice", choice);
		}
	}

	/** A schema must say that it is one of an object. */
	private static JsonNode schema(@Nullable JsonNode schema) {
		ObjectNode said = (schema instanceof ObjectNode object) ? object : Json.object();
		if (said.has("type")) {
			return said;
		}
		ObjectNode typed = Json.object().put("type", "object");
		typed.setAll(said);
		if (!typed.has("properties")) {
			typed.putObject("properties");
		}
		return typed;
	}

	private static void thinking(ObjectNode request, ObjectNode config, Conversation conversation, long maxTokens,
			ThinkingStyle style, LeftOut leftOut) {
		Reasoning reasoning = conversation.reasoning();
		if (reasoning == null || !reasoning.on()) {
			return;
		}
		long budget = Math.min(reasoning.tokens(), maxTokens - LEAST_BUDGET);
		if (style == ThinkingStyle.ADAPTIVE && !forced(conversation.tools())) {
			request.putObject("thinking").put("type", "adaptive");
			config.put("effort", effort(reasoning.inWords()));
		}
		else if (style == ThinkingStyle.BUDGET && budget >= LEAST_BUDGET && !forced(conversation.tools())
				&& !inTheMiddleOfTools(conversation.turns())) {
			request.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
		}
		else {
			leftOut.add(reasoning.at());
		}
	}

	private static String effort(Reasoning.Effort effort) {
		return (effort == Reasoning.Effort.XHIGH) ? "high" : effort.wireName();
	}

	/** No model may think before a call it is forced to make. */
	private static boolean forced(Toolbox box) {
		return !box.tools().isEmpty()
				&& (box.choice() instanceof ToolChoice.Any || box.choice() instanceof ToolChoice.Named);
	}

	/**
	 * Whether tools just answered calls whose thoughts did not come back: the provider
	 * refuses to go on thinking then.
	 */
	private static boolean inTheMiddleOfTools(List<Turn> turns) {
		boolean results = false;
		boolean calls = false;
		for (Turn turn : turns.reversed()) {
			if (turn.role() == Role.SYSTEM) {
				continue;
			}
			if (turn.role() == Role.USER && !calls) {
				results |= turn.parts().stream().anyMatch(Part.ToolResult.class::isInstance);
				continue;
			}
			if (turn.role() == Role.USER) {
				break;
			}
			calls = true;
			if (turn.parts().stream().anyMatch(MessagesWriter::isThought)) {
				return false;
			}
		}
		return results && calls;
	}

	private static boolean isThought(Part part) {
		return part instanceof Part.RedactedThinking
				|| (part instanceof Part.Thinking(String text, String signature) && signature != null);
	}

	private static InvalidRequestException cannotSay(String at) {
		return InvalidRequestException.notTranslatable("'" + at + "' cannot be said to this model's provider.", at);
	}

}
