package dev.tallygate.simulator.responses;

import dev.tallygate.simulator.call.Answer;
import dev.tallygate.simulator.call.Directives;
import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.Part;
import dev.tallygate.simulator.call.Report;
import dev.tallygate.simulator.call.Tokens;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A response as one document, at each stage of its making.
 */
final class ResponseDocument {

	private ResponseDocument() {
	}

	/** At its end. */
	static String finished(Answer answer) {
		String told = answer.call().directives().value("finish");
		boolean cut = answer.cut() || "length".equals(told) || "content_filter".equals(told);
		String status = cut ? "incomplete" : "completed";
		String why = "content_filter".equals(told) ? "content_filter" : "max_output_tokens";
		List<String> items = new ArrayList<>(hosted(answer));
		for (int i = 0; i < answer.parts().size(); i++) {
			items.add(item(answer, i, cut ? "incomplete" : "completed"));
		}
		return of(answer, status, "null", cut ? "{\"reason\":\"" + why + "\"}" : "null", items,
				Report.wanted(answer) ? usage(answer) : "null");
	}

	/** At its beginning. */
	static String begun(Answer answer, String status) {
		return of(answer, status, "null", "null", List.of(), "null");
	}

	/** When it failed. */
	static String failed(Answer answer, String code, String message) {
		return of(answer, "failed", "{\"code\":" + Json.quoted(code) + ",\"message\":" + Json.quoted(message) + "}",
				"null", List.of(), "null");
	}

	private static String of(Answer answer, String status, String error, String incomplete, List<String> items,
			String usage) {
		JsonNode request = answer.call().request();
		Directives told = answer.call().directives();
		String tier = told.value("tier");
		return "{\"id\":\"" + answer.id() + "\",\"object\":\"response\",\"created_at\":" + answer.created()
				+ ",\"status\":\"" + status + "\",\"background\":" + request.path("background").asBoolean(false)
				+ ",\"error\":" + error + ",\"incomplete_details\":" + incomplete + ",\"instructions\":"
				+ echoed(request, "instructions", "null") + ",\"max_output_tokens\":"
				+ echoed(request, "max_output_tokens", "null") + ",\"model\":" + Json.quoted(answer.call().served())
				+ ",\"output\":[" + String.join(",", items) + "],\"parallel_tool_calls\":"
				+ echoed(request, "parallel_tool_calls", "true") + ",\"previous_response_id\":"
				+ echoed(request, "previous_response_id", "null") + ",\"reasoning\":"
				+ echoed(request, "reasoning", "{\"effort\":null,\"summary\":null}") + ",\"service_tier\":"
				+ Json.quoted((tier != null) ? tier : "default") + ",\"store\":" + echoed(request, "store", "true")
				+ ",\"temperature\":" + echoed(request, "temperature", "1.0") + ",\"text\":"
				+ echoed(request, "text", "{\"format\":{\"type\":\"text\"}}") + ",\"tool_choice\":"
				+ echoed(request, "tool_choice", "\"auto\"") + ",\"tools\":" + echoed(request, "tools", "[]")
				+ ",\"top_p\":" + echoed(request, "top_p", "1.0") + ",\"truncation\":\"disabled\"" + toolUsage(told)
				+ ",\"usage\":" + usage + ",\"user\":null,\"metadata\":" + echoed(request, "metadata", "{}") + "}";
	}

	private static String echoed(JsonNode request, String name, String fallback) {
		JsonNode value = request.path(name);
		return (value.isMissingNode() || value.isNull()) ? fallback : value.toString();
	}

	private static String toolUsage(Directives told) {
		long searched = told.count("web-search", 0);
		return (searched > 0) ? ",\"tool_usage\":{\"web_search\":{\"num_requests\":" + searched + "}}" : "";
	}

	/** What the provider's own tools did, before the model speaks. */
	static List<String> hosted(Answer answer) {
		Directives told = answer.call().directives();
		List<String> items = new ArrayList<>();
		for (int i = 0; i < told.count("web-search", 0); i++) {
			items.add("{\"id\":\"ws_sim" + i + "\",\"type\":\"web_search_call\",\"status\":\"completed\","
					+ "\"action\":{\"type\":\"search\",\"query\":\"simulated\"}}");
		}
		for (int i = 0; i < told.count("file-search", 0); i++) {
			items.add("{\"id\":\"fs_sim" + i + "\",\"type\":\"file_search_call\",\"status\":\"completed\","
					+ "\"queries\":[\"simulated\"],\"results\":null}");
		}
		for (int i = 0; i < told.count("code-session", 0); i++) {
			items.add("{\"id\":\"ci_sim" + i + "\",\"type\":\"code_interpreter_call\",\"status\":\"completed\","
					+ "\"container_id\":\"cntr_sim" + i + "\",\"code\":\"1\",\"outputs\":null}");
		}
		return items;
	}

	static String id(Answer answer, int index) {
		String kind = switch (answer.parts().get(index)) {
			case Part.Thinking thinking -> "rs_";
			case Part.Text text -> "msg_";
			case Part.ToolUse tool -> tool.custom() ? "ctc_" : "fc_";
		};
		return kind + answer.id().substring("resp_".length()) + "_" + index;
	}

	/** A part as an output item, whole or, while it is {@code in_progress}, empty. */
	static String item(Answer answer, int index, String status) {
		boolean empty = status.equals("in_progress");
		String text = empty ? "" : answer.text(index);
		String head = "{\"id\":\"" + id(answer, index) + "\",";
		return head + switch (answer.parts().get(index)) {
			case Part.Thinking thinking -> "\"type\":\"reasoning\",\"summary\":[" + (empty ? "" : summary(text)) + "]}";
			case Part.Text words -> "\"type\":\"message\",\"status\":\"" + status + "\",\"content\":["
					+ (empty ? "" : outputText(text)) + "],\"role\":\"assistant\"}";
			case Part.ToolUse tool ->
				"\"type\":\"" + (tool.custom() ? "custom_tool_call" : "function_call") + "\",\"status\":\"" + status
						+ "\",\"" + (tool.custom() ? "input" : "arguments") + "\":" + Json.quoted(text)
						+ ",\"call_id\":\"" + tool.id() + "\",\"name\":" + Json.quoted(tool.name()) + "}";
		};
	}

	static String summary(String text) {
		return "{\"type\":\"summary_text\",\"text\":" + Json.quoted(text) + "}";
	}

	static String outputText(String text) {
		return "{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":" + Json.quoted(text) + "}";
	}

	private static String usage(Answer answer) {
		String verbatim = answer.call().directives().decoded("usage-json");
		if (verbatim != null) {
			return verbatim;
		}
		Tokens tokens = answer.tokens();
		StringBuilder usage = new StringBuilder(256).append('{');
		if (Report.input(answer)) {
			usage.append("\"input_tokens\":")
				.append(Report.number(answer, tokens.input()))
				.append(",\"input_tokens_details\":{\"cached_tokens\":")
				.append(Report.number(answer, tokens.cached()))
				.append(writes(answer, tokens))
				.append("},");
		}
		if (Report.output(answer)) {
			usage.append("\"output_tokens\":")
				.append(Report.number(answer, tokens.output()))
				.append(",\"output_tokens_details\":{\"reasoning_tokens\":")
				.append(Report.number(answer, tokens.reasoning()))
				.append("},");
		}
		if (Report.input(answer) && Report.output(answer)) {
			usage.append("\"total_tokens\":")
				.append(Report.number(answer, tokens.input() + tokens.output()))
				.append(',');
		}
		usage.setLength(usage.length() - 1);
		return usage.append(Report.extra(answer)).append('}').toString();
	}

	private static String writes(Answer answer, Tokens tokens) {
		if (tokens.cacheWrites() == 0) {
			return "";
		}
		boolean split = !"no".equals(answer.call().directives().value("split"))
				&& tokens.write30m() + tokens.write12h() > 0;
		return ",\"cache_write_tokens\":" + Report.number(answer, tokens.cacheWrites())
				+ (split ? ",\"cache_write_tokens_details\":{\"ttl_30m_tokens\":" + tokens.write30m()
						+ ",\"ttl_12h_tokens\":" + tokens.write12h() + "}" : "");
	}

}
