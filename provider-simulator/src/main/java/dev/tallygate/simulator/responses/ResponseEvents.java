package dev.tallygate.simulator.responses;

import dev.tallygate.simulator.call.Answer;
import dev.tallygate.simulator.call.Directives;
import dev.tallygate.simulator.call.EventWriter;
import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.Part;
import dev.tallygate.simulator.call.Place;
import java.util.List;

/**
 * A response as named events, numbered from 0.
 */
final class ResponseEvents implements EventWriter {

	private final ResponsesWire wire;

	private final Answer answer;

	private final Directives told;

	private final List<String> hosted;

	private int sequence;

	private boolean opened;

	ResponseEvents(ResponsesWire wire, Answer answer) {
		this.wire = wire;
		this.answer = answer;
		this.told = answer.call().directives();
		this.hosted = ResponseDocument.hosted(answer);
	}

	@Override
	public String opening() {
		this.opened = true;
		StringBuilder events = new StringBuilder();
		events.append(event("response.created", "\"response\":" + ResponseDocument.begun(this.answer, "in_progress")))
			.append(event("response.in_progress",
					"\"response\":" + ResponseDocument.begun(this.answer, "in_progress")));
		for (int i = 0; i < this.hosted.size(); i++) {
			String at = "\"output_index\":" + i + ",\"item\":" + this.hosted.get(i);
			events.append(event("response.output_item.added", at)).append(event("response.output_item.done", at));
		}
		return events.toString();
	}

	@Override
	public String piece(int choice, int position) {
		Place place = this.answer.at(position);
		String begin = place.first() ? begin(place.index()) : "";
		String name = switch (place.part()) {
			case Part.Thinking thinking -> "response.reasoning_summary_text.delta";
			case Part.Text text -> "response.output_text.delta";
			case Part.ToolUse tool ->
				tool.custom() ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta";
		};
		String delta = event(name,
				at(place.index()) + within(place.part()) + ",\"delta\":" + Json.quoted(this.answer.text(place))
						+ ((place.part() instanceof Part.Text) ? ",\"logprobs\":[]" : ""));
		return begin + delta + (place.last() ? end(place.index()) : "");
	}

	private String begin(int index) {
		String added = event("response.output_item.added", "\"output_index\":" + outputIndex(index) + ",\"item\":"
				+ ResponseDocument.item(this.answer, index, "in_progress"));
		return added + switch (this.answer.parts().get(index)) {
			case Part.Thinking thinking -> event("response.reasoning_summary_part.added",
					at(index) + ",\"summary_index\":0,\"part\":" + ResponseDocument.summary(""));
			case Part.Text text -> event("response.content_part.added",
					at(index) + ",\"content_index\":0,\"part\":" + ResponseDocument.outputText(""));
			case Part.ToolUse tool -> "";
		};
	}

	private String end(int index) {
		Part part = this.answer.parts().get(index);
		String text = this.answer.text(index);
		String done = switch (part) {
			case Part.Thinking thinking -> event("response.reasoning_summary_text.done",
					at(index) + within(part) + ",\"text\":" + Json.quoted(text))
					+ event("response.reasoning_summary_part.done",
							at(index) + within(part) + ",\"part\":" + ResponseDocument.summary(text));
			case Part.Text words -> event("response.output_text.done",
					at(index) + within(part) + ",\"text\":" + Json.quoted(text) + ",\"logprobs\":[]")
					+ event("response.content_part.done",
							at(index) + within(part) + ",\"part\":" + ResponseDocument.outputText(text));
			case Part.ToolUse tool -> tool.custom()
					? event("response.custom_tool_call_input.done", at(index) + ",\"input\":" + Json.quoted(text))
					: event("response.function_call_arguments.done", at(index) + ",\"arguments\":" + Json.quoted(text));
		};
		return done + event("response.output_item.done", "\"output_index\":" + outputIndex(index) + ",\"item\":"
				+ ResponseDocument.item(this.answer, index, "completed"));
	}

	private int outputIndex(int index) {
		return this.hosted.size() + index;
	}

	private String at(int index) {
		return "\"item_id\":\"" + ResponseDocument.id(this.answer, index) + "\",\"output_index\":" + outputIndex(index);
	}

	private static String within(Part part) {
		return switch (part) {
			case Part.Thinking thinking -> ",\"summary_index\":0";
			case Part.Text text -> ",\"content_index\":0";
			case Part.ToolUse tool -> "";
		};
	}

	@Override
	public String closing() {
		String document = ResponseDocument.finished(this.answer);
		this.wire.keep(this.answer, document);
		if (!this.told.done()) {
			return "";
		}
		boolean whole = document.contains("\"status\":\"completed\",\"background\"");
		StringBuilder events = new StringBuilder();
		if (this.answer.allPieces() == 0 && !this.answer.parts().isEmpty()) {
			events.append(begin(0)).append(end(0));
		}
		return events.append(event(whole ? "response.completed" : "response.incomplete", "\"response\":" + document))
			.toString();
	}

	@Override
	public String error(String message) {
		String given = this.told.value("error-code");
		String code = (given != null) ? given : "server_error";
		return this.opened
				? event("response.failed", "\"response\":" + ResponseDocument.failed(this.answer, code, message))
				: event("error",
						"\"code\":" + Json.quoted(code) + ",\"message\":" + Json.quoted(message) + ",\"param\":null");
	}

	@Override
	public String idle() {
		return ": still here\n\n";
	}

	private String event(String name, String fields) {
		return (this.told.named() ? "event: " + name + "\n" : "") + "data: {\"type\":\"" + name
				+ "\",\"sequence_number\":" + this.sequence++ + "," + fields + "}\n\n";
	}

}
