package dev.tallygate.simulator.chat;

import dev.tallygate.simulator.call.Answer;
import dev.tallygate.simulator.call.Call;
import dev.tallygate.simulator.call.Directives;
import dev.tallygate.simulator.call.EventWriter;
import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.OpenAiErrors;
import dev.tallygate.simulator.call.Part;
import dev.tallygate.simulator.call.Refusal;
import dev.tallygate.simulator.call.Report;
import dev.tallygate.simulator.call.Tool;
import dev.tallygate.simulator.call.Wire;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The chat wire as of OpenAI's
 * <a href="https://platform.openai.com/docs/api-reference/chat">API reference</a>, or
 * with the habits of Ollama's server.
 */
public final class ChatWire implements Wire {

	/** OpenAI's own. */
	public static final ChatWire OPENAI = new ChatWire(false);

	/** Ollama's. */
	public static final ChatWire OLLAMA = new ChatWire(true);

	private final boolean ollama;

	private ChatWire(boolean ollama) {
		this.ollama = ollama;
	}

	/** Reads a request for a chat completion. */
	public Call read(JsonNode request, Directives everyCall) {
		JsonNode messages = request.path("messages");
		if (!messages.isArray() || messages.isEmpty()) {
			throw new Refusal(400, "messages must be a list of at least one message");
		}
		StringBuilder prompt = new StringBuilder();
		int turn = 0;
		boolean tooled = false;
		for (JsonNode message : messages) {
			Json.texts(message.path("content"), prompt);
			String role = message.path("role").asString("");
			turn = role.equals("user") ? 0 : (role.equals("tool") && !tooled) ? turn + 1 : turn;
			tooled = role.equals("tool");
		}
		Integer limit = Json.positive(request, "max_completion_tokens");
		Integer olderLimit = Json.positive(request, "max_tokens");
		Integer choices = this.ollama ? Integer.valueOf(1) : Json.positive(request, "n");
		return Call.of(this, "chat", request, prompt.toString(), everyCall)
			.withChoices((choices != null) ? choices : 1,
					request.path("stream_options").path("include_usage").asBoolean(false))
			.atMost((limit != null) ? limit : olderLimit)
			.offering(tools(request), turn);
	}

	private static List<Tool> tools(JsonNode request) {
		List<Tool> tools = new ArrayList<>();
		for (JsonNode tool : request.path("tools")) {
			String type = tool.path("type").asString("function");
			JsonNode described = tool.path(type);
			tools.add(
					new Tool(described.path("name").asString(""), type.equals("custom"), described.path("parameters")));
		}
		return tools;
	}

	boolean ollama() {
		return this.ollama;
	}

	@Override
	public String newId(long number) {
		return this.ollama ? "chatcmpl-" + number % 1000 : "chatcmpl-sim" + number;
	}

	@Override
	public String whole(Answer answer) {
		StringBuilder json = new StringBuilder(512).append("{\"id\":\"")
			.append(answer.id())
			.append("\",\"object\":\"chat.completion\",\"created\":")
			.append(answer.created())
			.append(",\"model\":")
			.append(Json.quoted(answer.call().served()))
			.append(",\"choices\":[");
		String message = message(answer);
		for (int choice = 0; choice < answer.call().choices(); choice++) {
			json.append((choice > 0) ? "," : "")
				.append("{\"index\":")
				.append(choice)
				.append(",\"message\":")
				.append(message)
				.append(this.ollama ? "" : ",\"logprobs\":null")
				.append(",\"finish_reason\":")
				.append(finishReason(answer))
				.append('}');
		}
		json.append(']');
		if (Report.wanted(answer)) {
			json.append(",\"usage\":").append(ChatUsage.of(answer, answer.tokens()));
		}
		return json.append(footer(answer)).append('}').toString();
	}

	private String message(Answer answer) {
		StringBuilder text = new StringBuilder();
		StringBuilder thinking = new StringBuilder();
		StringBuilder tools = new StringBuilder();
		boolean said = false;
		for (int i = 0; i < answer.parts().size(); i++) {
			switch (answer.parts().get(i)) {
				case Part.Thinking part -> thinking.append(answer.text(i));
				case Part.Text part -> {
					said = true;
					text.append(answer.text(i));
				}
				case Part.ToolUse tool ->
					tools.append(tools.isEmpty() ? "" : ",").append(toolCall(tool, tool.arguments()));
			}
		}
		StringBuilder json = new StringBuilder("{\"role\":\"assistant\",\"content\":")
			.append(said ? Json.quoted(text.toString()) : this.ollama ? "\"\"" : "null");
		if (!thinking.isEmpty()) {
			json.append(this.ollama ? ",\"reasoning\":" : ",\"reasoning_content\":")
				.append(Json.quoted(thinking.toString()));
		}
		if (!tools.isEmpty()) {
			json.append(",\"tool_calls\":[").append(tools).append(']');
		}
		return json.append(this.ollama ? "}" : ",\"refusal\":null,\"annotations\":[]}").toString();
	}

	static String toolCall(Part.ToolUse tool, String arguments) {
		return tool.custom()
				? "{\"id\":\"" + tool.id() + "\",\"type\":\"custom\",\"custom\":{\"name\":" + Json.quoted(tool.name())
						+ ",\"input\":" + Json.quoted(arguments) + "}}"
				: "{\"id\":\"" + tool.id() + "\",\"type\":\"function\",\"function\":{\"name\":"
						+ Json.quoted(tool.name()) + ",\"arguments\":" + Json.quoted(arguments) + "}}";
	}

	/** What stands beside the choices. */
	String footer(Answer answer) {
		if (this.ollama) {
			return ",\"system_fingerprint\":\"fp_ollama\"";
		}
		String tier = answer.call().directives().value("tier");
		return ",\"service_tier\":" + Json.quoted((tier != null) ? tier : "default")
				+ ",\"system_fingerprint\":\"fp_sim\"";
	}

	static String finishReason(Answer answer) {
		String told = answer.call().directives().value("finish");
		if ("none".equals(told)) {
			return "null";
		}
		if (told != null) {
			return Json.quoted(told);
		}
		return answer.cut() ? "\"length\"" : answer.callsTools() ? "\"tool_calls\"" : "\"stop\"";
	}

	@Override
	public EventWriter events(Answer answer) {
		return new ChatEvents(this, answer);
	}

	@Override
	public String error(int status, String message, @Nullable String code) {
		return OpenAiErrors.body(status, message, code);
	}

}
