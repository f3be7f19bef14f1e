package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.conversation.Turn.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads requests of OpenAI's Responses API.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses/create">the
 * request as its provider describes it</a>
 */
final class ResponsesReader implements ConversationReader {

	@Override
	public Conversation read(Members request) throws InvalidRequestException {
		request.take("model");
		boolean stream = request.flag("stream", false);
		Members options = request.object("stream_options");
		if (options != null) {
			options.hints("stream_options.", "include_obfuscation");
			options.done();
		}
		List<Turn> turns = new ArrayList<>();
		String instructions = request.text("instructions");
		if (instructions != null && !instructions.isEmpty()) {
			turns.add(Turn.of(Role.SYSTEM, instructions));
		}
		turns.addAll(input(request));
		OutputFormat format = format(request);
		Reasoning reasoning = reasoning(request);
		Toolbox tools = toolbox(request);
		Sampling sampling = OpenAiMembers.sampling(request);
		Long maxTokens = request.count("max_output_tokens");
		String user = OpenAiMembers.user(request);
		boolean standardTier = OpenAiMembers.standardTier(request);
		truncation(request);
		request.hints("", "store", "metadata", "client_metadata", "include", "prompt_cache_key",
				"prompt_cache_retention", "prompt_cache_options");
		request.nothing("previous_response_id", "conversation", "background", "top_logprobs");
		request.done();
		return new Conversation(turns, "input", tools, sampling, List.of(), format, reasoning, maxTokens, user,
				standardTier, stream, false);
	}

	/** Where an over-long input is cut is for the provider to say. */
	private static void truncation(Members request) throws InvalidRequestException {
		String truncation = request.text("truncation");
		if ("auto".equals(truncation)) {
			request.leftOut().add("truncation");
		}
	}

	private static List<Turn> input(Members request) throws InvalidRequestException {
		JsonNode input = request.need("input");
		if (input.isString()) {
			return List.of(Turn.of(Role.USER, input.stringValue()));
		}
		List<Turn> turns = new ArrayList<>();
		for (Members item : Members.listOf(input, request.at("input"), request.leftOut())) {
			Turn turn = item(item);
			item.done();
			if (turn != null) {
				turns.add(turn);
			}
		}
		return turns;
	}

	private static @Nullable Turn item(Members item) throws InvalidRequestException {
		String type = item.text("type");
		item.take("id");
		item.take("status");
		item.hints("input.", "internal_chat_message_metadata_passthrough");
		return switch ((type != null) ? type : "message") {
			case "message" -> message(item);
			case "function_call" -> new Turn(Role.ASSISTANT, List.of(call(item, "arguments", false)));
			case "custom_tool_call" -> new Turn(Role.ASSISTANT, List.of(call(item, "input", true)));
			case "function_call_output", "custom_tool_call_output" ->
				new Turn(Role.USER, List.of(new Part.ToolResult(item.neededText("call_id"), output(item), false)));
			case "reasoning" -> reasoningItem(item);
			default -> throw item.cannotSay("type");
		};
	}

	private static Turn message(Members item) throws InvalidRequestException {
		item.hints("input.", "phase");
		Role role = switch (item.neededText("role")) {
			case "user" -> Role.USER;
			case "assistant" -> Role.ASSISTANT;
			case "system", "developer" -> Role.SYSTEM;
			default -> throw item.cannotSay("role");
		};
		return new Turn(role, content(item, "content"));
	}

	private static Part call(Members item, String arguments, boolean custom) throws InvalidRequestException {
		String namespace = item.text("namespace");
		String name = item.neededText("name");
		return new Part.ToolCall(item.neededText("call_id"), (namespace != null) ? Tool.nameIn(namespace, name) : name,
				item.neededText(arguments), custom, item.at(arguments));
	}

	private static List<Part> output(Members item) throws InvalidRequestException {
		item.hints("input.", "name");
		item.need("output");
		return content(item, "output");
	}

	/** Thoughts of a model elsewhere mean nothing to another one. */
	private static @Nullable Turn reasoningItem(Members item) throws InvalidRequestException {
		String sealed = item.text("encrypted_content");
		item.take("summary");
		item.take("content");
		Part part = (sealed != null) ? SealedThinking.open(sealed) : null;
		if (part == null) {
			item.leftOut().add("input.reasoning");
			return null;
		}
		return new Turn(Role.ASSISTANT, List.of(part));
	}

	private static List<Part> content(Members item, String name) throws InvalidRequestException {
		JsonNode content = item.need(name);
		if (content.isString()) {
			return List.of(new Part.Text(content.stringValue()));
		}
		List<Part> parts = new ArrayList<>();
		for (Members part : Members.listOf(content, item.at(name), item.leftOut())) {
			parts.add(part(part));
			part.done();
		}
		return parts;
	}

	private static Part part(Members part) throws InvalidRequestException {
		return switch (part.neededText("type")) {
			case "input_text", "text" -> new Part.Text(part.neededText("text"));
			case "output_text" -> {
				part.hints("input.content.", "annotations", "logprobs");
				yield new Part.Text(part.neededText("text"));
			}
			case "refusal" -> new Part.Refusal(part.neededText("refusal"));
			case "input_image" -> {
				part.nothing("file_id");
				part.hints("input.content.", "detail");
				yield new Part.Image(Source.of(part.neededText("image_url")), part.at("image_url"));
			}
			case "input_file" -> file(part);
			default -> throw part.cannotSay("type");
		};
	}

	private static Part file(Members part) throws InvalidRequestException {
		part.nothing("file_id");
		part.hints("input.content.", "detail");
		String name = part.text("filename");
		String url = part.text("file_url");
		Source source = (url != null) ? Source.of(url) : Source.of(part.neededText("file_data"));
		if (url == null && source instanceof Source.Url) {
			throw part.wrong("file_data", "a data URL with base64");
		}
		return new Part.Document(source, name, part.at((url != null) ? "file_url" : "file_data"));
	}

	private static Toolbox toolbox(Members request) throws InvalidRequestException {
		List<Tool> tools = new ArrayList<>();
		for (Members tool : request.objects("tools")) {
			tool(tool, tools);
		}
		boolean parallel = request.flag("parallel_tool_calls", true);
		JsonNode choice = request.take("tool_choice");
		if (choice == null) {
			return new Toolbox(tools, new ToolChoice.Auto(), parallel);
		}
		if (choice.isString()) {
			return new Toolbox(tools, OpenAiMembers.choice(choice.stringValue(), request), parallel);
		}
		Members members = Members.of(choice, request.at("tool_choice"), request.leftOut());
		Toolbox box = switch (members.neededText("type")) {
			case "function", "custom" -> new Toolbox(tools, new ToolChoice.Named(members.neededText("name")), parallel);
			case "allowed_tools" -> allowed(tools, members, parallel);
			default -> throw members.cannotSay("type");
		};
		members.done();
		return box;
	}

	private static void tool(Members tool, List<Tool> tools) throws InvalidRequestException {
		tool.hints("tools.", "defer_loading", "output_schema");
		switch (tool.neededText("type")) {
			case "function" -> tools.add(OpenAiMembers.function(tool));
			case "custom" -> tools.add(OpenAiMembers.custom(tool));
			case "namespace" -> {
				String group = tool.neededText("name");
				tool.hints("tools.namespace.", "description");
				List<Tool> inner = new ArrayList<>();
				for (Members each : tool.objects("tools")) {
					tool(each, inner);
				}
				tool.done();
				inner.forEach((each) -> tools.add(each.in(group)));
			}
			case "web_search" -> unaskedSearch(tool);
			default -> throw tool.cannotSay("type");
		}
	}

	/**
	 * Codex offers a search unasked, and says of it whether it may reach the web; a model
	 * is as free not to use it. One without that word is asked for on purpose.
	 */
	private static void unaskedSearch(Members tool) throws InvalidRequestException {
		if (tool.flag("external_web_access") == null) {
			throw tool.cannotSay("type");
		}
		tool.hints("tools.web_search.", "search_context_size", "user_location", "filters", "search_content_types",
				"indexed_web_access");
		tool.done();
		tool.leftOut().add("tools.web_search");
	}

	private static Toolbox allowed(List<Tool> tools, Members choice, boolean parallel) throws InvalidRequestException {
		Set<String> names = new HashSet<>();
		for (Members tool : choice.objects("tools")) {
			tool.take("type");
			names.add(tool.neededText("name"));
			tool.done();
		}
		List<Tool> kept = tools.stream().filter((tool) -> names.contains(tool.name())).toList();
		return new Toolbox(kept, OpenAiMembers.choice(choice.neededText("mode"), choice), parallel);
	}

	private static @Nullable OutputFormat format(Members request) throws InvalidRequestException {
		Members text = request.object("text");
		if (text == null) {
			return null;
		}
		text.hints("text.", "verbosity");
		Members format = text.object("format");
		text.done();
		if (format == null) {
			return null;
		}
		OutputFormat read = switch (format.neededText("type")) {
			case "text" -> null;
			case "json_object" -> new OutputFormat.AnyJson();
			case "json_schema" -> OpenAiMembers.schema(format);
			default -> throw format.cannotSay("type");
		};
		format.done();
		return read;
	}

	private static @Nullable Reasoning reasoning(Members request) throws InvalidRequestException {
		Members reasoning = request.object("reasoning");
		if (reasoning == null) {
			return null;
		}
		Reasoning read = OpenAiMembers.reasoning(reasoning, "effort");
		reasoning.hints("reasoning.", "summary", "generate_summary", "context");
		reasoning.done();
		return read;
	}

}
