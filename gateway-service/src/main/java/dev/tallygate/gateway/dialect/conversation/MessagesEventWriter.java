package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.ByteSink;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.dialect.messages.AnthropicEnvelope;
import dev.tallygate.gateway.dialect.conversation.Finish.Kind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the events of a streamed message. Its blocks come one after the other, so a
 * provider that goes back to an earlier call cannot be followed. The input is told at the
 * start as an estimate, all of the usage once at the end.
 */
final class MessagesEventWriter extends EventWriter {

	private enum Block {

		NONE, TEXT, THINKING, CALL

	}

	private final AnswerSetting setting;

	private final Keeping keeping;

	private String id = "";

	private Block block = Block.NONE;

	private int index = -1;

	private int call = -1;

	/** The arguments of the call that is open. */
	private final StringBuilder arguments = new StringBuilder();

	/** Whether a call before the last block has arguments that are no JSON object. */
	private boolean unreadable;

	private boolean refused;

	private long characters;

	MessagesEventWriter(AnswerSetting setting, Keeping keeping) {
		this.setting = setting;
		this.keeping = keeping;
	}

	@Override
	void write(AnswerEvent event, ByteSink out) throws IOException, UnreadableAnswerException {
		switch (event) {
			case AnswerEvent.Started(String id, String model) -> start(id, model, out);
			case AnswerEvent.Text(String text) -> text(text, out);
			case AnswerEvent.Refusal(String text) -> {
				this.refused = true;
				text(text, out);
			}
			case AnswerEvent.Thought(String text) -> {
				thinking(out);
				delta(Json.object().put("type", "thinking_delta").put("thinking", counted(text)), out);
			}
			case AnswerEvent.Signature(String signature) -> {
				thinking(out);
				delta(Json.object().put("type", "signature_delta").put("signature", signature), out);
			}
			case AnswerEvent.ThoughtEnded ended -> {
				if (this.block == Block.THINKING) {
					stop(out);
				}
			}
			case AnswerEvent.Redacted(String data) -> {
				open(Block.NONE, Json.object().put("type", "redacted_thinking").put("data", data), out);
				stop(out);
			}
			case AnswerEvent.CallStarted(int number, String id, String name) -> {
				ObjectNode use = Json.object()
					.put("type", "tool_use")
					.put("id", Ids.toolCall(id))
					.put("name", counted(name));
				use.putObject("input");
				open(Block.CALL, use, out);
				this.call = number;
			}
			case AnswerEvent.CallArguments(int number, String json) -> {
				if (this.block != Block.CALL || number != this.call) {
					throw new UnreadableAnswerException("arguments of a call that was over");
				}
				this.keeping.more(json.length());
				this.arguments.append(json);
				delta(Json.object().put("type", "input_json_delta").put("partial_json", counted(json)), out);
			}
			case AnswerEvent.Ended(Finish finish, AnswerUsage usage) -> end(finish, usage, out);
		}
	}

	private boolean isUnreadableCall() {
		return this.block == Block.CALL && this.arguments.chars().anyMatch((c) -> !Character.isWhitespace(c))
				&& !(Json.readOrNull(this.arguments.toString()) instanceof ObjectNode);
	}

	private String counted(String text) {
		this.characters += text.length();
		return text;
	}

	private void start(@Nullable String id, @Nullable String model, ByteSink out) throws IOException {
		ObjectNode event = Json.object().put("type", "message_start");
		ObjectNode message = event.putObject("message");
		this.id = Ids.answer("msg_", id);
		message.put("id", this.id).put("type", "message").put("role", "assistant");
		message.put("model", (model != null) ? model : this.setting.model());
		message.putArray("content");
		message.putNull("stop_reason").putNull("stop_sequence");
		message.set("usage", new AnswerUsage(this.setting.inputEstimate(), null, null, 0L, null).toMessages());
		send(event, out);
	}

	private void text(String text, ByteSink out) throws IOException {
		if (this.block != Block.TEXT) {
			open(Block.TEXT, Json.object().put("type", "text").put("text", ""), out);
		}
		delta(Json.object().put("type", "text_delta").put("text", counted(text)), out);
	}

	private void thinking(ByteSink out) throws IOException {
		if (this.block != Block.THINKING) {
			open(Block.THINKING, Json.object().put("type", "thinking").put("thinking", "").put("signature", ""), out);
		}
	}

	private void open(Block kind, ObjectNode content, ByteSink out) throws IOException {
		this.unreadable |= isUnreadableCall();
		if (this.block != Block.NONE) {
			stop(out);
		}
		this.arguments.setLength(0);
		this.index++;
		this.block = kind;
		ObjectNode event = Json.object().put("type", "content_block_start").put("index", this.index);
		event.set("content_block", content);
		send(event, out);
	}

	private void delta(ObjectNode delta, ByteSink out) throws IOException {
		ObjectNode event = Json.object().put("type", "content_block_delta").put("index", this.index);
		event.set("delta", delta);
		send(event, out);
	}

	private void stop(ByteSink out) throws IOException {
		this.block = Block.NONE;
		send(Json.object().put("type", "content_block_stop").put("index", this.index), out);
	}

	/**
	 * As in a whole answer, what ends properly has only calls whose arguments are an
	 * object; where the answer was cut for its length, the last of them may be cut too.
	 */
	private void end(Finish finish, AnswerUsage usage, ByteSink out) throws IOException, UnreadableAnswerException {
		if (this.unreadable || (isUnreadableCall() && finish.kind() != Kind.LENGTH)) {
			throw new UnreadableAnswerException("arguments of a tool that are no JSON object");
		}
		if (this.index < 0) {
			open(Block.TEXT, Json.object().put("type", "text").put("text", ""), out);
		}
		if (this.block != Block.NONE) {
			stop(out);
		}
		ObjectNode event = Json.object().put("type", "message_delta");
		ObjectNode delta = event.putObject("delta");
		boolean refusal = this.refused && finish.kind() == Kind.STOP;
		delta.put("stop_reason", refusal ? "refusal" : finish.toMessages(this.call >= 0));
		if (finish.stopSequence() != null) {
			delta.put("stop_sequence", finish.stopSequence());
		}
		else {
			delta.putNull("stop_sequence");
		}
		event.set("usage", this.setting.toldOrEstimated(usage, Math.ceilDiv(this.characters, 4)).toMessages());
		send(event, out);
		send(Json.object().put("type", "message_stop"), out);
	}

	@Override
	void fail(WireError error, ByteSink out) throws IOException {
		send("error", AnthropicEnvelope.INSTANCE.body(error, this.id), out);
	}

	/**
	 * After a proper end agents repeat the call twice, after a broken one a dozen times.
	 */
	@Override
	boolean breaks() {
		return false;
	}

}
