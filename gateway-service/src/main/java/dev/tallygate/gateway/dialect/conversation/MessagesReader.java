package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.conversation.Turn.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads requests of Anthropic's Messages API.
 *
 * @see <a href="https://platform.claude.com/docs/en/api/messages">the request as its
 * provider describes it</a>
 */
final class MessagesReader implements ConversationReader {

	/**
	 * What Claude Code puts before its instructions, for Anthropic's accounting alone.
	 */
	private static final String BILLING_BLOCK = "x-anthropic-billing-header:";

	@Override
	public Conversation read(Members request) throws InvalidRequestException {
		request.take("model");
		boolean stream = request.flag("stream", false);
		List<Turn> turns = new ArrayList<>();
		List<Part> system = system(request);
		if (!system.isEmpty()) {
			turns.add(new Turn(Role.SYSTEM, system));
		}
		turns.addAll(turns(request));
		Members config = request.object("output_config");
		Reasoning reasoning = reasoning(request, config);
		OutputFormat format = format(request, config);
		if (config != null) {
			config.hints("output_config.", "task_budget");
			config.done();
		}
		Toolbox tools = toolbox(request);
		Sampling sampling = OpenAiMembers.sampling(request);
		List<String> stop = request.texts("stop_sequences");
		Long maxTokens = request.count("max_tokens");
		boolean standardTier = standardTier(request);
		metadata(request);
		speed(request);
		request.hints("", "context_management", "cache_control", "betas", "diagnostics");
		request.done();
		return new Conversation(turns, "messages", tools, sampling, stop, format, reasoning, maxTokens, null,
				standardTier, stream, true);
	}

	private static List<Part> system(Members request) throws InvalidRequestException {
		List<Part> kept = new ArrayList<>();
		for (Part part : content(request, "system")) {
			if (part instanceof Part.Text(String text) && text.startsWith(BILLING_BLOCK)) {
				request.leftOut().add("system.x-anthropic-billing-header");
			}
			else {
				kept.add(part);
			}
		}
		return kept;
	}

	private static List<Turn> turns(Members request) throws InvalidRequestException {
		List<Turn> turns = new ArrayList<>();
		request.need("messages");
		for (Members message : request.objects("messages")) {
			Role role = switch (message.neededText("role")) {
				case "user" -> Role.USER;
				case "assistant" -> Role.ASSISTANT;
				case "system" -> Role.SYSTEM;
				default -> throw message.cannotSay("role");
			};
			message.need("content");
			turns.add(new Turn(role, content(message, "content")));
			message.done();
		}
		return turns;
	}

	private static List<Part> content(Members holder, String name) throws InvalidRequestException {
		JsonNode content = holder.take(name);
		if (content == null) {
			return List.of();
		}
		if (content.isString()) {
			return List.of(new Part.Text(content.stringValue()));
		}
		List<Part> parts = new ArrayList<>();
		for (Members block : Members.listOf(content, holder.at(name), holder.leftOut())) {
			parts.add(block(block));
			block.hints("content.", "cache_control");
			block.done();
		}
		return parts;
	}

	private static Part block(Members block) throws InvalidRequestException {
		return switch (block.neededText("type")) {
			case "text" -> {
				block.hints("content.", "citations");
				yield new Part.Text(block.neededText("text"));
			}
			case "image" -> new Part.Image(source(block), block.at("source"));
			case "document" -> document(block);
			case "thinking" -> new Part.Thinking(block.neededText("thinking"), block.text("signature"));
			case "redacted_thinking" -> new Part.RedactedThinking(block.neededText("data"));
			case "tool_use" -> call(block);
			case "tool_result" -> result(block);
			case "tool_reference" -> new Part.Text("Tool " + block.neededText("tool_name") + " can be called now.");
			default -> throw block.cannotSay("type");
		};
	}

	private static Part call(Members block) throws InvalidRequestException {
		block.hints("content.", "caller");
		JsonNode input = block.take("input");
		if (input != null && !input.isObject()) {
			throw block.wrong("input", "an object");
		}
		return new Part.ToolCall(block.neededText("id"), block.neededText("name"),
				(input != null) ? Json.text(input) : "{}", false, block.at("input"));
	}

	private static Part result(Members block) throws InvalidRequestException {
		return new Part.ToolResult(block.neededText("tool_use_id"), content(block, "content"),
				block.flag("is_error", false));
	}

	private static Part document(Members block) throws InvalidRequestException {
		String title = block.text("title");
		String context = block.text("context");
		Members citations = block.object("citations");
		if (citations != null) {
			if (citations.flag("enabled", false)) {
				throw block.cannotSay("citations");
			}
			citations.done();
		}
		Source source = source(block);
		if (context != null) {
			throw block.cannotSay("context");
		}
		return new Part.Document(source, title, block.at("source"));
	}

	private static Source source(Members block) throws InvalidRequestException {
		Members source = Members.of(block.need("source"), block.at("source"), block.leftOut());
		Source read = switch (source.neededText("type")) {
			case "base64" -> new Source.Base64(source.neededText("media_type"), source.neededText("data"));
			case "url" -> new Source.Url(source.neededText("url"));
			case "text" -> {
				source.take("media_type");
				yield new Source.PlainText(source.neededText("data"));
			}
			case "content" -> new Source.PlainText(new Turn(Role.USER, onlyTexts(source, "content")).text("\n"));
			default -> throw source.cannotSay("type");
		};
		source.done();
		return read;
	}

	/** A content of which only the texts can be said. */
	private static List<Part> onlyTexts(Members holder, String name) throws InvalidRequestException {
		List<Part> parts = content(holder, name);
		for (Part part : parts) {
			if (!(part instanceof Part.Text)) {
				throw holder.cannotSay(name);
			}
		}
		return parts;
	}

	private static Toolbox toolbox(Members request) throws InvalidRequestException {
		List<Tool> tools = new ArrayList<>();
		for (Members tool : request.objects("tools")) {
			tools.add(tool(tool));
			tool.done();
		}
		Members choice = request.object("tool_choice");
		if (choice == null) {
			return new Toolbox(tools, new ToolChoice.Auto(), true);
		}
		boolean parallel = !choice.flag("disable_parallel_tool_use", false);
		ToolChoice read = switch (choice.neededText("type")) {
			case "auto" -> new ToolChoice.Auto();
			case "any" -> new ToolChoice.Any();
			case "none" -> new ToolChoice.None();
			case "tool" -> new ToolChoice.Named(choice.neededText("name"));
			default -> throw choice.wrong("type", "auto, any, none or tool");
		};
		choice.done();
		return new Toolbox(tools, read, parallel);
	}

	private static Tool tool(Members tool) throws InvalidRequestException {
		String type = tool.text("type");
		if (type != null && !type.equals("custom")) {
			throw tool.cannotSay("type");
		}
		String name = tool.neededText("name");
		String description = tool.text("description");
		JsonNode schema = tool.take("input_schema");
		if (!(schema instanceof ObjectNode)) {
			throw tool.wrong("input_schema", "an object");
		}
		boolean strict = tool.flag("strict", false);
		tool.hints("tools.", "cache_control", "defer_loading", "eager_input_streaming", "input_examples",
				"allowed_callers");
		return Tool.of(name, description, schema, strict, false);
	}

	private static @Nullable Reasoning reasoning(Members request, @Nullable Members config)
			throws InvalidRequestException {
		Reasoning effort = (config != null) ? OpenAiMembers.reasoning(config, "effort") : null;
		Members thinking = request.object("thinking");
		if (thinking == null) {
			return effort;
		}
		Long budget = thinking.count("budget_tokens");
		thinking.hints("thinking.", "display");
		Reasoning read = switch (thinking.neededText("type")) {
			case "disabled" -> new Reasoning(Reasoning.Effort.NONE, null, "thinking");
			case "adaptive" -> effort;
			case "enabled" -> new Reasoning((effort != null) ? effort.effort() : null, budget, "thinking");
			default -> throw thinking.wrong("type", "enabled, adaptive or disabled");
		};
		thinking.done();
		return read;
	}

	private static @Nullable OutputFormat format(Members request, @Nullable Members config)
			throws InvalidRequestException {
		Members format = (config != null) ? config.object("format") : null;
		if (format == null) {
			format = request.object("output_format");
		}
		if (format == null) {
			return null;
		}
		if (!format.neededText("type").equals("json_schema")) {
			throw format.cannotSay("type");
		}
		OutputFormat.Schema schema = OpenAiMembers.schema(format);
		return new OutputFormat.Schema(schema.name(), schema.description(), schema.schema(), true);
	}

	private static boolean standardTier(Members request) throws InvalidRequestException {
		String tier = request.text("service_tier");
		if (tier == null || tier.equals("auto")) {
			return false;
		}
		if (tier.equals("standard_only")) {
			return true;
		}
		throw request.cannotSay("service_tier");
	}

	private static void metadata(Members request) throws InvalidRequestException {
		Members metadata = request.object("metadata");
		if (metadata != null) {
			metadata.hints("metadata.", "user_id");
			metadata.done();
		}
	}

	/** Faster costs more, so it is never left out. */
	private static void speed(Members request) throws InvalidRequestException {
		String speed = request.text("speed");
		if (speed != null && !speed.equals("standard")) {
			throw request.cannotSay("speed");
		}
	}

}
