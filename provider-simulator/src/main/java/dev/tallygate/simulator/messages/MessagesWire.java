package dev.tallygate.simulator.messages;

import dev.tallygate.simulator.call.Answer;
import dev.tallygate.simulator.call.CacheUse;
import dev.tallygate.simulator.call.Call;
import dev.tallygate.simulator.call.Directives;
import dev.tallygate.simulator.call.EventWriter;
import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.Part;
import dev.tallygate.simulator.call.PromptCache;
import dev.tallygate.simulator.call.Refusal;
import dev.tallygate.simulator.call.Report;
import dev.tallygate.simulator.call.Tool;
import dev.tallygate.simulator.call.Wire;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The Anthropic wire as of the
 * <a href="https://docs.anthropic.com/en/api/messages">Messages API</a>:
 * {@code input_tokens} leaves out what was read from or written to the cache,
 * {@code message_start} carries the input, {@code message_delta} the final output.
 */
public final class MessagesWire implements Wire {

	/** The one. */
	public static final MessagesWire INSTANCE = new MessagesWire();

	private MessagesWire() {
	}

	/** Reads a request for a message. */
	public Call read(JsonNode request, Directives everyCall, PromptCache cache) {
		Integer limit = Json.positive(request, "max_tokens");
		if (limit == null) {
			throw new Refusal(400, "max_tokens: Field required");
		}
		return Call.of(this, "messages", request, prompt(request), everyCall)
			.atMost(limit)
			.offering(tools(request), turn(request))
			.caching(cached(request, cache));
	}

	/** Reads a request for a count of tokens. */
	public Call count(JsonNode request, Directives everyCall) {
		return Call.of(this, "count", request, prompt(request), everyCall);
	}

	private static String prompt(JsonNode request) {
		JsonNode messages = request.path("messages");
		if (!messages.isArray() || messages.isEmpty()) {
			throw new Refusal(400, "messages: at least one message is required");
		}
		StringBuilder prompt = new StringBuilder();
		Json.texts(request.path("system"), prompt);
		for (JsonNode message : messages) {
			Json.texts(message.path("content"), prompt);
		}
		return prompt.toString();
	}

	private static List<Tool> tools(JsonNode request) {
		List<Tool> tools = new ArrayList<>();
		for (JsonNode tool : request.path("tools")) {
			tools.add(new Tool(tool.path("name").asString(""), false, tool.path("input_schema")));
		}
		return tools;
	}

	/** How often the results of tools have come since the person's last words. */
	private static int turn(JsonNode request) {
		int turn = 0;
		for (JsonNode message : request.path("messages")) {
			boolean results = false;
			for (JsonNode block : message.path("content")) {
				results |= block.path("type").asString("").equals("tool_result");
			}
			if (message.path("role").asString("").equals("user")) {
				turn = results ? turn + 1 : 0;
			}
		}
		return turn;
	}

	/**
	 * The texts up to the last block that is marked to be kept, in the order of the wire.
	 */
	private static CacheUse cached(JsonNode request, PromptCache cache) {
		StringBuilder seen = new StringBuilder();
		Marked marked = new Marked("", false);
		for (JsonNode block : request.path("system")) {
			marked = marked.after(block, seen);
		}
		for (JsonNode message : request.path("messages")) {
			for (JsonNode block : message.path("content")) {
				marked = marked.after(block, seen);
			}
		}
		return cache.use(marked.beginning(), marked.anHour());
	}

	@Override
	public String newId(long number) {
		return "msg_sim" + number;
	}

	@Override
	public String whole(Answer answer) {
		StringBuilder content = new StringBuilder("[");
		for (int i = 0; i < answer.parts().size(); i++) {
			content.append((i > 0) ? "," : "").append(block(answer, i));
		}
		return message(answer, content.append(']').toString(), stopReason(answer),
				Report.wanted(answer) ? MessagesUsage.of(answer, answer.tokens(), answer.tokens().output()) : null);
	}

	private static String block(Answer answer, int index) {
		return switch (answer.parts().get(index)) {
			case Part.Thinking part -> "{\"type\":\"thinking\",\"thinking\":" + Json.quoted(answer.text(index))
					+ ",\"signature\":\"" + MessagesEvents.SIGNATURE + "\"}";
			case Part.Text part -> "{\"type\":\"text\",\"text\":" + Json.quoted(answer.text(index)) + "}";
			case Part.ToolUse tool -> "{\"type\":\"tool_use\",\"id\":\"" + toolId(tool) + "\",\"name\":"
					+ Json.quoted(tool.name()) + ",\"input\":" + input(answer, tool) + "}";
		};
	}

	static String toolId(Part.ToolUse tool) {
		return "toolu_" + tool.id();
	}

	/** A call that was cut has no input that can be read. */
	private static String input(Answer answer, Part.ToolUse tool) {
		return answer.cut() ? "{}" : tool.arguments();
	}

	static String message(Answer answer, String content, String stopReason, @Nullable String usage) {
		return "{\"id\":\"" + answer.id() + "\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
				+ Json.quoted(answer.call().served()) + ",\"content\":" + content + ",\"stop_reason\":" + stopReason
				+ ",\"stop_sequence\":null" + ((usage != null) ? ",\"usage\":" + usage : "") + "}";
	}

	static String stopReason(Answer answer) {
		String told = answer.call().directives().value("finish");
		if ("none".equals(told)) {
			return "null";
		}
		if (told != null) {
			return Json.quoted(told);
		}
		return answer.cut() ? "\"max_tokens\"" : answer.callsTools() ? "\"tool_use\"" : "\"end_turn\"";
	}

	@Override
	public EventWriter events(Answer answer) {
		return new MessagesEvents(this, answer);
	}

	@Override
	public String error(int status, String message, @Nullable String code) {
		String type = switch (status) {
			case 400 -> "invalid_request_error";
			case 401 -> "authentication_error";
			case 402 -> "billing_error";
			case 403 -> "permission_error";
			case 404 -> "not_found_error";
			case 413 -> "request_too_large";
			case 429 -> "rate_limit_error";
			case 504 -> "timeout_error";
			case 529 -> "overloaded_error";
			default -> "api_error";
		};
		return "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":" + Json.quoted(message)
				+ "},\"request_id\":\"req_sim\"}";
	}

	/**
	 * The beginning of a prompt that is to be kept.
	 *
	 * @param anHour rather than for five minutes
	 */
	private record Marked(String beginning, boolean anHour) {

		Marked after(JsonNode block, StringBuilder seen) {
			Json.texts(block.path("text"), seen);
			Json.texts(block.path("content"), seen);
			JsonNode mark = block.path("cache_control");
			return mark.isObject() ? new Marked(seen.toString(), mark.path("ttl").asString("").equals("1h")) : this;
		}

	}

}
