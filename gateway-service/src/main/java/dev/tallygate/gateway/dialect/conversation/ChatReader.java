package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.conversation.Turn.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads chat completion requests.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/create">the request
 * as its provider describes it</a>
 */
final class ChatReader implements ConversationReader {

	@Override
	public Conversation read(Members request) throws InvalidRequestException {
		request.take("model");
		boolean stream = request.flag("stream", false);
		boolean usageAsked = usageAsked(request);
		List<Turn> turns = turns(request);
		Toolbox tools = toolbox(request);
		Sampling sampling = OpenAiMembers.sampling(request);
		List<String> stop = request.texts("stop");
		OutputFormat format = format(request);
		Reasoning reasoning = OpenAiMembers.reasoning(request, "reasoning_effort");
		Long maxTokens = longer(request.count("max_tokens"), request.count("max_completion_tokens"));
		String user = OpenAiMembers.user(request);
		boolean standardTier = OpenAiMembers.standardTier(request);
		onlyOneChoice(request);
		onlyText(request);
		request.hints("", "store", "metadata", "verbosity", "prompt_cache_key", "prompt_cache_retention", "prediction",
				"seed");
		request.nothing("frequency_penalty", "presence_penalty", "logit_bias", "logprobs", "top_logprobs");
		request.done();
		return new Conversation(turns, "messages", tools, sampling, stop, format, reasoning, maxTokens, user,
				standardTier, stream, usageAsked);
	}

	private static boolean usageAsked(Members request) throws InvalidRequestException {
		Members options = request.object("stream_options");
		if (options == null) {
			return false;
		}
		boolean asked = options.flag("include_usage", false);
		options.hints("stream_options.", "include_obfuscation");
		options.done();
		return asked;
	}

	private static @Nullable Long longer(@Nullable Long one, @Nullable Long other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		return Math.max(one, other);
	}

	private static void onlyOneChoice(Members request) throws InvalidRequestException {
		Long choices = request.count("n");
		if (choices != null && choices != 1) {
			throw request.cannotSay("n");
		}
	}

	private static void onlyText(Members request) throws InvalidRequestException {
		for (String modality : request.texts("modalities")) {
			if (!modality.equals("text")) {
				throw request.cannotSay("modalities");
			}
		}
	}

	private static List<Turn> turns(Members request) throws InvalidRequestException {
		List<Turn> turns = new ArrayList<>();
		request.need("messages");
		for (Members message : request.objects("messages")) {
			turns.add(turn(message));
			message.done();
		}
		return turns;
	}

	private static Turn turn(Members message) throws InvalidRequestException {
		String role = message.neededText("role");
		message.hints("messages.", "name", "cache_control");
		return switch (role) {
			case "system", "developer" -> new Turn(Role.SYSTEM, content(message));
			case "user" -> new Turn(Role.USER, content(message));
			case "assistant" -> new Turn(Role.ASSISTANT, answer(message));
			case "tool" -> new Turn(Role.USER,
					List.of(new Part.ToolResult(message.neededText("tool_call_id"), content(message), false)));
			default -> throw message.cannotSay("role");
		};
	}

	private static List<Part> answer(Members message) throws InvalidRequestException {
		List<Part> parts = new ArrayList<>(content(message));
		String refusal = message.text("refusal");
		if (refusal != null) {
			parts.add(new Part.Refusal(refusal));
		}
		message.hints("messages.", "reasoning_content", "reasoning", "reasoning_details", "annotations");
		for (Members call : message.objects("tool_calls")) {
			parts.add(call(call));
			call.done();
		}
		return parts;
	}

	private static Part call(Members call) throws InvalidRequestException {
		call.take("index");
		call.hints("messages.tool_calls.", "cache_control");
		String id = call.neededText("id");
		String type = call.text("type");
		Members custom = call.object("custom");
		if ("custom".equals(type) && custom != null) {
			Part part = new Part.ToolCall(id, custom.neededText("name"), custom.neededText("input"), true,
					custom.at("input"));
			custom.done();
			return part;
		}
		if (type != null && !type.equals("function")) {
			throw call.cannotSay("type");
		}
		Members function = Members.of(call.need("function"), call.at("function"), call.leftOut());
		String arguments = function.text("arguments");
		Part part = new Part.ToolCall(id, function.neededText("name"), (arguments != null) ? arguments : "", false,
				function.at("arguments"));
		function.done();
		return part;
	}

	private static List<Part> content(Members message) throws InvalidRequestException {
		JsonNode content = message.take("content");
		if (content == null) {
			return List.of();
		}
		if (content.isString()) {
			return List.of(new Part.Text(content.stringValue()));
		}
		List<Part> parts = new ArrayList<>();
		for (Members part : Members.listOf(content, message.at("content"), message.leftOut())) {
			parts.add(part(part));
			part.hints("messages.content.", "cache_control");
			part.done();
		}
		return parts;
	}

	private static Part part(Members part) throws InvalidRequestException {
		return switch (part.neededText("type")) {
			case "text" -> new Part.Text(part.neededText("text"));
			case "refusal" -> new Part.Refusal(part.neededText("refusal"));
			case "image_url" -> image(part);
			case "file" -> file(part);
			default -> throw part.cannotSay("type");
		};
	}

	private static Part image(Members part) throws InvalidRequestException {
		Members image = Members.of(part.need("image_url"), part.at("image_url"), part.leftOut());
		String url = image.neededText("url");
		image.hints("messages.content.image_url.", "detail");
		image.done();
		return new Part.Image(Source.of(url), part.at("image_url"));
	}

	private static Part file(Members part) throws InvalidRequestException {
		Members file = Members.of(part.need("file"), part.at("file"), part.leftOut());
		String name = file.text("filename");
		if (file.take("file_id") != null) {
			throw file.cannotSay("file_id");
		}
		Source source = Source.of(file.neededText("file_data"));
		if (source instanceof Source.Url) {
			throw file.wrong("file_data", "a data URL with base64");
		}
		file.done();
		return new Part.Document(source, name, part.at("file"));
	}

	private static Toolbox toolbox(Members request) throws InvalidRequestException {
		List<Tool> tools = new ArrayList<>();
		for (Members tool : request.objects("tools")) {
			tools.add(tool(tool));
			tool.hints("tools.", "cache_control");
			tool.done();
		}
		return new Toolbox(tools, choice(request), request.flag("parallel_tool_calls", true));
	}

	private static Tool tool(Members tool) throws InvalidRequestException {
		return switch (tool.neededText("type")) {
			case "function" ->
				OpenAiMembers.function(Members.of(tool.need("function"), tool.at("function"), tool.leftOut()));
			case "custom" -> OpenAiMembers.custom(Members.of(tool.need("custom"), tool.at("custom"), tool.leftOut()));
			default -> throw tool.cannotSay("type");
		};
	}

	private static ToolChoice choice(Members request) throws InvalidRequestException {
		JsonNode choice = request.take("tool_choice");
		if (choice == null) {
			return new ToolChoice.Auto();
		}
		if (choice.isString()) {
			return OpenAiMembers.choice(choice.stringValue(), request);
		}
		Members named = Members.of(choice, request.at("tool_choice"), request.leftOut());
		String type = named.neededText("type");
		if (!type.equals("function") && !type.equals("custom")) {
			throw named.cannotSay("type");
		}
		Members tool = Members.of(named.need(type), named.at(type), named.leftOut());
		String name = tool.neededText("name");
		tool.done();
		named.done();
		return new ToolChoice.Named(name);
	}

	private static @Nullable OutputFormat format(Members request) throws InvalidRequestException {
		Members format = request.object("response_format");
		if (format == null) {
			return null;
		}
		String type = format.neededText("type");
		OutputFormat read = switch (type) {
			case "text" -> null;
			case "json_object" -> new OutputFormat.AnyJson();
			case "json_schema" -> OpenAiMembers
				.schema(Members.of(format.need("json_schema"), format.at("json_schema"), format.leftOut()));
			default -> throw format.cannotSay("type");
		};
		format.done();
		return read;
	}

}
