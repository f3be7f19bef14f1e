package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.ByteSink;
import dev.tallygate.gateway.dialect.WireError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the events of a streamed response. Of the answer it keeps what the last event
 * must repeat, nothing else. An item is only called done when the next one begins or the
 * answer ended, and a call whose arguments are cut never is.
 */
final class ResponsesEventWriter extends EventWriter {

	private final AnswerSetting setting;

	private final Keeping keeping;

	private final List<Item> items = new ArrayList<>();

	private String id = "";

	private String model;

	private long sequence;

	private @Nullable Item open;

	ResponsesEventWriter(AnswerSetting setting, Keeping keeping) {
		this.setting = setting;
		this.keeping = keeping;
		this.model = setting.model();
	}

	@Override
	void write(AnswerEvent event, ByteSink out) throws IOException {
		switch (event) {
			case AnswerEvent.Started(String id, String model) -> start(id, model, out);
			case AnswerEvent.Text(String text) -> said(false, text, out);
			case AnswerEvent.Refusal(String text) -> said(true, text, out);
			case AnswerEvent.Thought(String text) -> thought(text, out);
			case AnswerEvent.Signature(String signature) -> {
				this.keeping.more(signature.length());
				thinking(out).signature += signature;
			}
			case AnswerEvent.ThoughtEnded ended -> {
				if (this.open != null && this.open.kind == Kind.REASONING) {
					close(out);
				}
			}
			case AnswerEvent.Redacted(String data) -> {
				Item item = begin(new Item(Kind.REASONING), out);
				this.keeping.more(data.length());
				item.redacted = data;
			}
			case AnswerEvent.CallStarted(int call, String callId, String name) -> {
				Item item = new Item(this.setting.isCustom(name) ? Kind.CUSTOM_CALL : Kind.CALL);
				item.call = call;
				item.callId = callId;
				item.name = name;
				begin(item, out);
			}
			case AnswerEvent.CallArguments(int call, String json) -> arguments(call, json, out);
			case AnswerEvent.Ended(Finish finish, AnswerUsage usage) -> end(finish, usage, out);
		}
	}

	private void start(@Nullable String id, @Nullable String model, ByteSink out) throws IOException {
		this.id = Ids.answer("resp_", id);
		this.model = (model != null) ? model : this.model;
		ofResponse("response.created", response("in_progress"), out);
		ofResponse("response.in_progress", response("in_progress"), out);
	}

	/** About what an item takes beside its text. */
	private static final int ITEM = 512;

	/** What kind an item of the output is. */
	private enum Kind {

		MESSAGE("msg_"), REFUSAL("msg_"), REASONING("rs_"), CALL("fc_"), CUSTOM_CALL("ctc_");

		private final String prefix;

		Kind(String prefix) {
			this.prefix = prefix;
		}

	}

	/** An item of the output so far. */
	private static final class Item {

		private final Kind kind;

		private final KeptText text = new KeptText();

		private String id = "";

		private int index;

		private int call = -1;

		private String callId = "";

		private String name = "";

		private String signature = "";

		private @Nullable String redacted;

		private boolean done;

		Item(Kind kind) {
			this.kind = kind;
		}

		ObjectNode json(boolean finished, AnswerSetting setting) {
			String status = (finished || this.done) ? "completed" : "incomplete";
			return switch (this.kind) {
				case MESSAGE, REFUSAL -> {
					ObjectNode item = ResponseItems.message(this.id, status);
					item.withArray("content").add(content());
					yield item;
				}
				case REASONING -> ResponseItems.reasoning(this.id, thought());
				case CALL, CUSTOM_CALL -> ResponseItems.call(this.id, toolCall(), status, setting);
			};
		}

		ObjectNode begun(AnswerSetting setting) {
			return switch (this.kind) {
				case MESSAGE, REFUSAL -> ResponseItems.message(this.id, "in_progress");
				case REASONING -> ResponseItems.reasoning(this.id, null);
				case CALL, CUSTOM_CALL ->
					ResponseItems.call(this.id, Part.ToolCall.made(this.callId, this.name, ""), "in_progress", setting);
			};
		}

		ObjectNode content() {
			return (this.kind == Kind.REFUSAL) ? ResponseItems.refusal(this.text.toString())
					: ResponseItems.outputText(this.text.toString());
		}

		Part thought() {
			return (this.redacted != null) ? new Part.RedactedThinking(this.redacted)
					: new Part.Thinking(this.text.toString(), this.signature.isEmpty() ? null : this.signature);
		}

		Part.ToolCall toolCall() {
			return Part.ToolCall.made(this.callId, this.name, this.text.toString());
		}

		boolean isCall() {
			return this.kind == Kind.CALL || this.kind == Kind.CUSTOM_CALL;
		}

	}

	private ObjectNode response(String status) {
		return ResponseItems.response(this.id, this.model, status, this.setting);
	}

	private void ofResponse(String type, ObjectNode response, ByteSink out) throws IOException {
		ObjectNode event = event(type);
		event.set("response", response);
		send(event, out);
	}

	private ObjectNode event(String type) {
		return Json.object().put("type", type).put("sequence_number", this.sequence++);
	}

	private ObjectNode ofItem(String type, Item item) {
		return event(type).put("item_id", item.id).put("output_index", item.index);
	}

	private Item begin(Item item, ByteSink out) throws IOException {
		close(out);
		this.keeping.more(ITEM);
		item.index = this.items.size();
		item.id = item.kind.prefix + this.id.substring("resp_".length()) + '_' + item.index;
		this.items.add(item);
		this.open = item;
		itemEvent("response.output_item.added", item, item.begun(this.setting), out);
		return item;
	}

	private void itemEvent(String type, Item item, JsonNode json, ByteSink out) throws IOException {
		ObjectNode event = event(type).put("output_index", item.index);
		event.set("item", json);
		send(event, out);
	}

	private void said(boolean refusal, String text, ByteSink out) throws IOException {
		Kind kind = refusal ? Kind.REFUSAL : Kind.MESSAGE;
		Item item = this.open;
		if (item == null || item.kind != kind) {
			item = begin(new Item(kind), out);
			ObjectNode added = ofItem("response.content_part.added", item).put("content_index", 0);
			added.set("part", item.content());
			send(added, out);
		}
		keep(text, item);
		ObjectNode delta = ofItem(refusal ? "response.refusal.delta" : "response.output_text.delta", item);
		delta.put("content_index", 0).put("delta", text);
		if (!refusal) {
			delta.putArray("logprobs");
		}
		send(delta, out);
	}

	private void keep(String text, Item item) throws IOException {
		this.keeping.more(text.length());
		item.text.append(text);
	}

	private Item thinking(ByteSink out) throws IOException {
		Item item = this.open;
		return (item != null && item.kind == Kind.REASONING && item.redacted == null) ? item
				: begin(new Item(Kind.REASONING), out);
	}

	private void thought(String text, ByteSink out) throws IOException {
		Item item = thinking(out);
		if (item.text.isEmpty()) {
			ObjectNode added = ofItem("response.reasoning_summary_part.added", item).put("summary_index", 0);
			added.set("part", ResponseItems.summaryText(""));
			send(added, out);
		}
		keep(text, item);
		send(ofItem("response.reasoning_summary_text.delta", item).put("summary_index", 0).put("delta", text), out);
	}

	private void arguments(int call, String json, ByteSink out) throws IOException {
		for (Item item : this.items) {
			if (item.call == call) {
				keep(json, item);
				if (item.kind == Kind.CALL) {
					send(ofItem("response.function_call_arguments.delta", item).put("delta", json), out);
				}
			}
		}
	}

	/**
	 * Closes what is open, since the next item begins. A call stays open: another piece
	 * of its arguments may come.
	 */
	private void close(ByteSink out) throws IOException {
		if (this.open != null && !this.open.isCall()) {
			done(this.open, out);
		}
		this.open = null;
	}

	private void done(Item item, ByteSink out) throws IOException {
		item.done = true;
		String text = item.text.toString();
		switch (item.kind) {
			case MESSAGE, REFUSAL -> {
				boolean refusal = item.kind == Kind.REFUSAL;
				ObjectNode whole = ofItem(refusal ? "response.refusal.done" : "response.output_text.done", item);
				whole.put("content_index", 0).put(refusal ? "refusal" : "text", text);
				if (!refusal) {
					whole.putArray("logprobs");
				}
				send(whole, out);
				ObjectNode part = ofItem("response.content_part.done", item).put("content_index", 0);
				part.set("part", item.content());
				send(part, out);
			}
			case REASONING -> {
				if (!text.isEmpty()) {
					send(ofItem("response.reasoning_summary_text.done", item).put("summary_index", 0).put("text", text),
							out);
					ObjectNode part = ofItem("response.reasoning_summary_part.done", item).put("summary_index", 0);
					part.set("part", ResponseItems.summaryText(text));
					send(part, out);
				}
			}
			case CALL -> send(
					ofItem("response.function_call_arguments.done", item).put("name", this.setting.ownNameOf(item.name))
						.put("arguments", text),
					out);
			case CUSTOM_CALL -> {
				String input = ResponseItems.inputOf(item.toolCall());
				send(ofItem("response.custom_tool_call_input.delta", item).put("delta", input), out);
				send(ofItem("response.custom_tool_call_input.done", item).put("input", input), out);
			}
		}
		itemEvent("response.output_item.done", item, item.json(true, this.setting), out);
	}

	private void end(Finish finish, AnswerUsage usage, ByteSink out) throws IOException {
		close(out);
		if (this.items.isEmpty()) {
			said(false, "", out);
			close(out);
		}
		for (Item item : this.items) {
			if (!item.done && !ResponseItems.isCut(item.toolCall(), finish)) {
				done(item, out);
			}
		}
		ObjectNode response = response("completed");
		ArrayNode output = response.withArray("output");
		this.items.forEach((item) -> output.add(item.json(false, this.setting)));
		ResponseItems.ended(response, finish, usage);
		ofResponse((finish.incompleteReason() == null) ? "response.completed" : "response.incomplete", response, out);
	}

	@Override
	void fail(WireError error, ByteSink out) throws IOException {
		if (this.id.isEmpty()) {
			start(null, null, out);
		}
		ObjectNode response = response("failed");
		ArrayNode output = response.withArray("output");
		this.items.stream().filter((item) -> item.done).forEach((item) -> output.add(item.json(true, this.setting)));
		response.putObject("error").put("code", codeOf(error)).put("message", error.message());
		ofResponse("response.failed", response, out);
	}

	/** Agents stop at these codes, and call again at any other. */
	private static String codeOf(WireError error) {
		return switch (error.status()) {
			case 402 -> "insufficient_quota";
			case 400, 401, 403, 404, 413 -> "invalid_prompt";
			case 429 -> "rate_limit_exceeded";
			default -> error.code();
		};
	}

	@Override
	boolean breaks() {
		return false;
	}

}
