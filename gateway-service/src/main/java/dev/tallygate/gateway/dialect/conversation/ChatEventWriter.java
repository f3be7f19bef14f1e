package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.ByteSink;
import dev.tallygate.gateway.dialect.OpenAiEnvelope;
import dev.tallygate.gateway.dialect.WireError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes chat completion chunks. The usage stands in a last chunk of its own, and only
 * when it was asked for.
 */
final class ChatEventWriter extends EventWriter {

	private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

	private final AnswerSetting setting;

	private String id = "";

	private String model;

	private boolean calls;

	ChatEventWriter(AnswerSetting setting) {
		this.setting = setting;
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
				ObjectNode delta = Json.object();
				ObjectNode said = delta.putArray("tool_calls").addObject().put("index", call).put("id", callId);
				said.put("type", "function").putObject("function").put("name", name).put("arguments", "");
				delta(delta, out);
			}
			case AnswerEvent.CallArguments(int call, String json) -> {
				ObjectNode delta = Json.object();
				ObjectNode said = delta.putArray("tool_calls").addObject().put("index", call);
				said.putObject("function").put("arguments", json);
				delta(delta, out);
			}
			case AnswerEvent.Ended(Finish finish, AnswerUsage usage) -> end(finish, usage, out);
			case AnswerEvent.Signature signature -> {
				// this wire has no place for it
			}
			case AnswerEvent.Redacted thought -> {
				// nobody here can read it
			}
		}
	}

	private void end(Finish finish, AnswerUsage usage, ByteSink out) throws IOException {
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

}
