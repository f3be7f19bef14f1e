package dev.tallygate.simulator.messages;

import dev.tallygate.simulator.call.Answer;
import dev.tallygate.simulator.call.Directives;
import dev.tallygate.simulator.call.Iteration;
import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.Report;
import dev.tallygate.simulator.call.Tokens;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The usage of a message.
 */
final class MessagesUsage {

	private MessagesUsage() {
	}

	/** All of it, as in an answer that is not streamed. */
	static String of(Answer answer, Tokens tokens, long output) {
		String verbatim = answer.call().directives().decoded("usage-json");
		return (verbatim != null) ? verbatim
				: "{" + input(answer, tokens) + (Report.input(answer) && Report.output(answer) ? "," : "")
						+ (Report.output(answer) ? "\"output_tokens\":" + Report.number(answer, output) : "")
						+ searches(answer) + basis(answer) + iterations(answer) + Report.extra(answer) + "}";
	}

	/** What a stream says first: no iterations yet, and hardly any output. */
	static String start(Answer answer, Tokens tokens) {
		String verbatim = answer.call().directives().decoded("usage-json");
		return (verbatim != null) ? verbatim : "{" + input(answer, tokens) + (Report.input(answer) ? "," : "")
				+ "\"output_tokens\":" + Report.number(answer, Math.min(1, tokens.output())) + basis(answer) + "}";
	}

	/**
	 * What a stream says last: the output, and the input without split, tier or region.
	 */
	static String delta(Answer answer, Tokens tokens) {
		String verbatim = answer.call().directives().decoded("usage-json");
		if (verbatim != null) {
			return verbatim;
		}
		String output = Report.output(answer) ? "\"output_tokens\":" + Report.number(answer, tokens.output())
				: "\"input_tokens\":" + Report.number(answer, plain(tokens));
		return "{" + output + searches(answer) + iterations(answer) + Report.extra(answer) + "}";
	}

	private static long plain(Tokens tokens) {
		return tokens.input() - tokens.cached() - tokens.cacheWrites();
	}

	private static String input(Answer answer, Tokens tokens) {
		if (!Report.input(answer)) {
			return "";
		}
		boolean split = !"no".equals(answer.call().directives().value("split"));
		return "\"input_tokens\":" + Report.number(answer, plain(tokens)) + ",\"cache_creation_input_tokens\":"
				+ Report.number(answer, tokens.cacheWrites()) + ",\"cache_read_input_tokens\":"
				+ Report.number(answer, tokens.cached())
				+ (split ? ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":"
						+ Report.number(answer, tokens.write5m()) + ",\"ephemeral_1h_input_tokens\":"
						+ Report.number(answer, tokens.write1h()) + "}" : "");
	}

	private static String searches(Answer answer) {
		Directives told = answer.call().directives();
		long searched = told.count("web-search", 0);
		long fetched = told.count("web-fetch", 0);
		return (searched + fetched == 0) ? "" : ",\"server_tool_use\":{\"web_search_requests\":" + searched
				+ ",\"web_fetch_requests\":" + fetched + "}";
	}

	private static String basis(Answer answer) {
		Directives told = answer.call().directives();
		String tier = told.value("tier");
		return ",\"service_tier\":" + Json.quoted((tier != null) ? tier : "standard")
				+ some("inference_geo", told.value("geo")) + some("speed", told.value("speed"));
	}

	private static String iterations(Answer answer) {
		Directives told = answer.call().directives();
		List<Iteration> iterations = Iteration.list(told.value("iterations"));
		StringBuilder json = new StringBuilder();
		for (Iteration iteration : iterations) {
			json.append(json.isEmpty() ? ",\"iterations\":[" : ",")
				.append("{\"type\":")
				.append(Json.quoted(iteration.type()))
				.append(some("model", iteration.model()))
				.append(",\"input_tokens\":")
				.append(iteration.input())
				.append(",\"output_tokens\":")
				.append(iteration.output())
				.append(",\"cache_read_input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_creation\":")
				.append("{\"ephemeral_5m_input_tokens\":0,\"ephemeral_1h_input_tokens\":0}}");
		}
		return json.append(json.isEmpty() ? "" : "]")
			.append(some("fallback_credit", told.value("fallback-credit")))
			.toString();
	}

	private static String some(String name, @Nullable String value) {
		return (value != null) ? ",\"" + name + "\":" + Json.quoted(value) : "";
	}

}
