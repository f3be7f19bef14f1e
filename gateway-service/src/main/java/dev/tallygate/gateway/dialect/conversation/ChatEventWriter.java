package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.ByteSink;
import dev.tallygate.gateway.dialect.OpenAiEnvelope;
import dev.tallygate.gateway.dialect.WireError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes chat completion chunks. The usage stands in a last chunk of its own, and only
 * when it was asked for.
 */
final class ChatEventWriter extends EventWriter {

	private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

	private final AnswerSetting setting;

	private final Keeping keeping;

	/** Calls of tools that take any text, by index: it is in the JSON that comes. */
	private final Map<Integer, CustomCall> customCalls = new TreeMap<>();

	private String id = "";

	private String model;

	private boolean calls;

	ChatEventWriter(AnswerSetting setting, Keeping keeping) {
		this.setting = setting;
		this.keeping = keeping;
		this.model = setting.model();
	}

	@Override
	void write(AnswerEvent event, ByteSink out) throws IOException {
		switch (event) {
			case AnswerEvent.Started(String id, String model) -> {
				this.id = Ids.answer("chatcmpl-", id);
				this.model = (model != null) ? model : this.model;
				delta(Json.object().put("role", "assistant").put("content", ""), out);
			}
			case AnswerEvent.Text(String text) -> delta(Json.object().put("content", text), out);
			case AnswerEvent.Thought(String text) -> delta(Json.object().put("reasoning_content", text), out);
			case AnswerEvent.Refusal(String text) -> delta(Json.object().put("refusal", text), out);
			case AnswerEvent.CallStarted(int call, String callId, String name) -> {
				this.calls = true;
				boolean custom = this.setting.isCustom(name);
				String type = custom ? "custom" : "function";
				ObjectNode delta = Json.object();
				ObjectNode said = delta.putArray("tool_calls").addObject().put("index", call).put("id", callId);
				said.put("type", type).putObject(type).put("name", name).put(custom ? "input" : "arguments", "");
				delta(delta, out);
				if (custom) {
					this.customCalls.put(call, new CustomCall(callId, name, new KeptText()));
				}
			}
			case AnswerEvent.CallArguments(int call, String json) -> {
				CustomCall custom = this.customCalls.get(call);
				if (custom != null) {
					this.keeping.more(json.length());
					custom.json().append(json);
				}
				else {
					piece(call, "function", "arguments", json, out);
				}
			}
			case AnswerEvent.Ended(Finish finish, AnswerUsage usage) -> end(finish, usage, out);
			case AnswerEvent.ThoughtEnded ended -> {
				// thoughts are one text here
			}
			case AnswerEvent.Signature signature -> {
				// this wire has no place for it
			}
			case AnswerEvent.Redacted thought -> {
				// nobody here can read it
			}
		}
	}

	/** Another piece of a call. */
	private void piece(int call, String type, String member, String text, ByteSink out) throws IOException {
		ObjectNode delta = Json.object();
		ObjectNode said = delta.putArray("tool_calls").addObject().put("index", call);
		said.putObject(type).put(member, text);
		delta(delta, out);
	}

	private void end(Finish finish, AnswerUsage usage, ByteSink out) throws IOException {
		for (Map.Entry<Integer, CustomCall> each : this.customCalls.entrySet()) {
			piece(each.getKey(), "custom", "input", each.getValue().input(), out);
		}
		chunk(Json.object(), finish.toChat(this.calls), out);
		if (this.setting.usageAsked() && usage.told()) {
			ObjectNode chunk = head();
			chunk.putArray("choices");
			chunk.set("usage", usage.toChat());
			send(null, Json.bytes(chunk), out);
		}
		send(null, DONE, out);
	}

	private void delta(ObjectNode delta, ByteSink out) throws IOException {
		chunk(delta, null, out);
	}

	private void chunk(ObjectNode delta, @Nullable String finish, ByteSink out) throws IOException {
		ObjectNode chunk = head();
		ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
		choice.set("delta", delta);
		choice.putNull("logprobs");
		if (finish != null) {
			choice.put("finish_reason", finish);
		}
		else {
			choice.putNull("finish_reason");
		}
		send(null, Json.bytes(chunk), out);
	}

	private ObjectNode head() {
		return Json.object()
			.put("id", this.id)
			.put("object", "chat.completion.chunk")
			.put("created", this.setting.created())
			.put("model", this.model);
	}

	@Override
	void fail(WireError error, ByteSink out) throws IOException {
		send("error", OpenAiEnvelope.INSTANCE.body(error, ""), out);
	}

	/** An end that breaks is all that some clients of this wire notice. */
	@Override
	boolean breaks() {
		return true;
	}

	/** A call whose text is told when all of its JSON is there. */
	private record CustomCall(String callId, String name, KeptText json) {

		String input() {
			return ResponseItems.inputOf(Part.ToolCall.made(this.callId, this.name, this.json.toString()));
		}

	}

}
