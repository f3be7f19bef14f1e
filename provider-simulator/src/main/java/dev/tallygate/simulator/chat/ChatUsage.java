package dev.tallygate.simulator.chat;

import dev.tallygate.simulator.call.Answer;
import dev.tallygate.simulator.call.Directives;
import dev.tallygate.simulator.call.Directives.UsageReport;
import dev.tallygate.simulator.call.Report;
import dev.tallygate.simulator.call.Tokens;

/**
 * The usage of a chat completion.
 */
final class ChatUsage {

	private ChatUsage() {
	}

	static String of(Answer answer, Tokens tokens) {
		Directives told = answer.call().directives();
		String verbatim = told.decoded("usage-json");
		if (verbatim != null) {
			return verbatim;
		}
		UsageReport report = told.usage();
		long output = tokens.output() - ((report == UsageReport.REASONING_APART) ? tokens.reasoning() : 0);
		long total = (report == UsageReport.CONTRADICTORY) ? tokens.input() / 2 : tokens.input() + tokens.output();
		StringBuilder usage = new StringBuilder(320).append('{');
		if (Report.input(answer)) {
			usage.append("\"prompt_tokens\":").append(Report.number(answer, tokens.input())).append(',');
		}
		if (Report.output(answer)) {
			usage.append("\"completion_tokens\":").append(Report.number(answer, output)).append(',');
		}
		if (Report.input(answer) && Report.output(answer)) {
			usage.append("\"total_tokens\":").append(Report.number(answer, total)).append(',');
		}
		usage.setLength(usage.length() - 1);
		if (answer.call().wire() != ChatWire.OLLAMA) {
			details(usage, answer, tokens, report);
		}
		return usage.append(Report.extra(answer)).append('}').toString();
	}

	private static void details(StringBuilder usage, Answer answer, Tokens tokens, UsageReport report) {
		Directives told = answer.call().directives();
		if (report == UsageReport.CACHE_HIT) {
			usage.append(",\"prompt_cache_hit_tokens\":")
				.append(tokens.cached())
				.append(",\"prompt_cache_miss_tokens\":")
				.append(tokens.input() - tokens.cached());
		}
		else if (report == UsageReport.CACHED_ON_TOP) {
			usage.append(",\"cached_tokens\":").append(tokens.cached());
		}
		else if (Report.input(answer)) {
			usage.append(",\"prompt_tokens_details\":{\"cached_tokens\":")
				.append(Report.number(answer, tokens.cached()))
				.append(some("cache_write_tokens", tokens.cacheWrites()))
				.append(",\"audio_tokens\":")
				.append(tokens.audioInput())
				.append(some("image_tokens", tokens.imageInput()))
				.append(some("video_tokens", tokens.videoInput()))
				.append('}');
		}
		if (Report.output(answer)) {
			usage.append(",\"completion_tokens_details\":{\"reasoning_tokens\":")
				.append(Report.number(answer, tokens.reasoning()))
				.append(",\"audio_tokens\":")
				.append(tokens.audioOutput())
				.append(some("image_tokens", tokens.imageOutput()))
				.append(",\"accepted_prediction_tokens\":")
				.append(told.count("accepted", 0))
				.append(",\"rejected_prediction_tokens\":")
				.append(told.count("rejected", 0))
				.append('}');
		}
	}

	private static String some(String name, long count) {
		return (count > 0) ? ",\"" + name + "\":" + count : "";
	}

}
