package dev.tallygate.simulator.messages;

import dev.tallygate.simulator.call.Answer;
import dev.tallygate.simulator.call.Directives;
import dev.tallygate.simulator.call.Directives.UsageReport;
import dev.tallygate.simulator.call.EventWriter;
import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.Part;
import dev.tallygate.simulator.call.Place;
import dev.tallygate.simulator.call.Report;

/**
 * A message as events.
 */
final class MessagesEvents implements EventWriter {

	static final String SIGNATURE = "c2ltdWxhdGVkLXNpZ25hdHVyZQ==";

	private final MessagesWire wire;

	private final Answer answer;

	private final Directives told;

	MessagesEvents(MessagesWire wire, Answer answer) {
		this.wire = wire;
		this.answer = answer;
		this.told = answer.call().directives();
	}

	@Override
	public String opening() {
		String usage = Report.wanted(this.answer) ? MessagesUsage.start(this.answer, this.answer.tokens()) : null;
		String start = event("message_start", "{\"type\":\"message_start\",\"message\":"
				+ MessagesWire.message(this.answer, "[]", "null", usage) + "}");
		// A first block is opened at once, so that an answer of no words has one too.
		return start + (this.answer.parts().isEmpty() ? "" : start(0, this.answer.parts().getFirst())) + idle();
	}

	@Override
	public String piece(int choice, int position) {
		Place place = this.answer.at(position);
		String begin = (place.first() && place.index() > 0)
				? stop(place.index() - 1) + start(place.index(), place.part()) : "";
		String text = Json.quoted(this.answer.text(place));
		String delta = switch (place.part()) {
			case Part.Thinking part -> "{\"type\":\"thinking_delta\",\"thinking\":" + text + "}";
			case Part.Text part -> "{\"type\":\"text_delta\",\"text\":" + text + "}";
			case Part.ToolUse tool -> "{\"type\":\"input_json_delta\",\"partial_json\":" + text + "}";
		};
		return begin + delta(place.index(), delta);
	}

	private String start(int index, Part part) {
		String block = switch (part) {
			case Part.Thinking thinking -> "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}";
			case Part.Text text -> "{\"type\":\"text\",\"text\":\"\"}";
			case Part.ToolUse tool -> "{\"type\":\"tool_use\",\"id\":\"" + MessagesWire.toolId(tool) + "\",\"name\":"
					+ Json.quoted(tool.name()) + ",\"input\":{}}";
		};
		return event("content_block_start",
				"{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}");
	}

	private String stop(int index) {
		String signed = (this.answer.parts().get(index) instanceof Part.Thinking)
				? delta(index, "{\"type\":\"signature_delta\",\"signature\":\"" + SIGNATURE + "\"}") : "";
		return signed + event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + "}");
	}

	private String delta(int index, String delta) {
		return event("content_block_delta",
				"{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}");
	}

	@Override
	public String closing() {
		String usage = Report.wanted(this.answer)
				? ",\"usage\":" + MessagesUsage.delta(this.answer, this.answer.tokens()) : "";
		String last = event("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
				+ MessagesWire.stopReason(this.answer) + ",\"stop_sequence\":null}" + usage + "}");
		return (this.answer.parts().isEmpty() ? "" : stop(this.answer.parts().size() - 1)) + last
				+ ((this.told.usage() == UsageReport.TWICE) ? last : "")
				+ (this.told.done() ? event("message_stop", "{\"type\":\"message_stop\"}") : "");
	}

	@Override
	public String error(String message) {
		return event("error", this.wire.error(529, message, null));
	}

	@Override
	public String idle() {
		return event("ping", "{\"type\":\"ping\"}");
	}

	private String event(String name, String data) {
		return (this.told.named() ? "event: " + name + "\n" : "") + "data: " + data + "\n\n";
	}

}
