package dev.tallygate.simulator.chat;

import dev.tallygate.simulator.call.Answer;
import dev.tallygate.simulator.call.Directives;
import dev.tallygate.simulator.call.Directives.UsageReport;
import dev.tallygate.simulator.call.EventWriter;
import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.Part;
import dev.tallygate.simulator.call.Place;
import dev.tallygate.simulator.call.Report;
import dev.tallygate.simulator.call.Tokens;

/**
 * A chat completion as chunks. With {@code stream_options.include_usage} every chunk
 * carries {@code "usage":null} and one more, with no choices, carries the numbers;
 * without it there is no usage in the stream.
 */
final class ChatEvents implements EventWriter {

	private final ChatWire wire;

	private final Answer answer;

	private final Directives told;

	private final UsageReport report;

	private int sent;

	ChatEvents(ChatWire wire, Answer answer) {
		this.wire = wire;
		this.answer = answer;
		this.told = answer.call().directives();
		this.report = this.told.usage();
	}

	@Override
	public String opening() {
		if (this.wire.ollama()) {
			return "";
		}
		StringBuilder events = new StringBuilder();
		for (int choice = 0; choice < this.answer.call().choices(); choice++) {
			events.append(chunk(choice, "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null"));
		}
		return events.toString();
	}

	@Override
	public String piece(int choice, int position) {
		this.sent++;
		Place place = this.answer.at(position);
		return switch (place.part()) {
			case Part.Thinking part ->
				chunk(choice, delta((this.wire.ollama() ? "\"content\":\"\",\"reasoning\":" : "\"reasoning_content\":")
						+ Json.quoted(this.answer.text(place))), "null");
			case Part.Text part -> chunk(choice, delta("\"content\":" + Json.quoted(this.answer.text(place))), "null");
			case Part.ToolUse tool -> this.wire.ollama() ? wholeTool(choice, tool, place) : tool(choice, tool, place);
		};
	}

	private String delta(String fields) {
		return (this.wire.ollama() ? "{\"role\":\"assistant\"," : "{") + fields + "}";
	}

	/** The name comes alone, as OpenAI sends it, and the arguments after it. */
	private String tool(int choice, Part.ToolUse tool, Place place) {
		String index = "{\"tool_calls\":[{\"index\":" + (place.index() - firstTool()) + ",";
		String name = place.first() ? chunk(choice, index + ChatWire.toolCall(tool, "").substring(1) + "]}", "null")
				: "";
		String kind = tool.custom() ? "\"custom\":{\"input\":" : "\"function\":{\"arguments\":";
		return name + chunk(choice, index + kind + Json.quoted(tool.fragment(place.within())) + "}}]}", "null");
	}

	/** Ollama sends a call of a tool at once, when it is complete. */
	private String wholeTool(int choice, Part.ToolUse tool, Place place) {
		return !place.last() ? ""
				: chunk(choice, delta("\"content\":\"\",\"tool_calls\":[{\"index\":" + (place.index() - firstTool())
						+ "," + ChatWire.toolCall(tool, tool.arguments()).substring(1) + "]"), "null");
	}

	private int firstTool() {
		int index = 0;
		while (!(this.answer.parts().get(index) instanceof Part.ToolUse)) {
			index++;
		}
		return index;
	}

	@Override
	public String closing() {
		StringBuilder events = new StringBuilder();
		int choices = this.answer.call().choices();
		for (int choice = 0; choice < choices; choice++) {
			if (this.report == UsageReport.TWICE && choice == choices - 1 && choices > 1) {
				events.append(usageChunk(Tokens.of(this.answer, this.answer.pieces())));
			}
			events.append(chunk(choice, this.wire.ollama() ? "{\"role\":\"assistant\",\"content\":\"\"}" : "{}",
					ChatWire.finishReason(this.answer)));
		}
		Tokens tokens = this.answer.tokens();
		if (this.report == UsageReport.TWICE && choices > 1) {
			events.append(usageChunk(Tokens.of(this.answer, this.answer.pieces() * (choices - 1))));
		}
		else if (reportsUsage() && this.report != UsageReport.ON_FINISH && this.report != UsageReport.EACH) {
			events.append(usageChunk(tokens));
			if (this.report == UsageReport.TWICE) {
				events.append(usageChunk(tokens));
			}
		}
		return events.append(this.told.done() ? "data: [DONE]\n\n" : "").toString();
	}

	private String usageChunk(Tokens tokens) {
		String choices = (this.report == UsageReport.WITH_CHOICE) ? "[{\"index\":0,\"delta\":{}}]" : "[]";
		return head().append(choices)
			.append(",\"usage\":")
			.append(ChatUsage.of(this.answer, tokens))
			.append("}\n\n")
			.toString();
	}

	private String chunk(int choice, String delta, String finishReason) {
		return head().append("[{\"index\":")
			.append(choice)
			.append(",\"delta\":")
			.append(delta)
			.append(this.wire.ollama() ? "" : ",\"logprobs\":null")
			.append(",\"finish_reason\":")
			.append(finishReason)
			.append("}]")
			.append(usageBeside(finishReason))
			.append("}\n\n")
			.toString();
	}

	/** What a chunk with choices says of the usage. */
	private String usageBeside(String finishReason) {
		return switch (this.report) {
			case EACH -> ",\"usage\":" + ChatUsage.of(this.answer, Tokens.of(this.answer, this.sent));
			case NULL -> ",\"usage\":null";
			case ON_FINISH ->
				finishReason.equals("null") ? "" : ",\"usage\":" + ChatUsage.of(this.answer, this.answer.tokens());
			case TIMINGS -> ",\"timings\":{\"cache_n\":" + this.answer.tokens().cached() + ",\"prompt_n\":"
					+ (this.answer.tokens().input() - this.answer.tokens().cached()) + ",\"predicted_n\":" + this.sent
					+ "}";
			default -> (reportsUsage() && !this.wire.ollama()) ? ",\"usage\":null" : "";
		};
	}

	private boolean reportsUsage() {
		boolean always = this.report == UsageReport.EACH || this.report == UsageReport.ON_FINISH
				|| this.report == UsageReport.TWICE;
		return Report.wanted(this.answer) && (always || this.answer.call().includeUsage());
	}

	private StringBuilder head() {
		return new StringBuilder(320).append("data: {\"id\":\"")
			.append(this.answer.id())
			.append("\",\"object\":\"chat.completion.chunk\",\"created\":")
			.append(this.answer.created())
			.append(",\"model\":")
			.append(Json.quoted(this.answer.call().served()))
			.append(this.wire.footer(this.answer))
			.append(",\"choices\":");
	}

	@Override
	public String error(String message) {
		return "data: " + this.wire.error(500, message, this.told.value("error-code")) + "\n\n";
	}

	@Override
	public String idle() {
		return ": still here\n\n";
	}

}
