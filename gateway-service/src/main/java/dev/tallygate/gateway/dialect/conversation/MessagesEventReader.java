package dev.tallygate.gateway.dialect.conversation;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the events of a streamed message. Their names are taken from the data, since some
 * providers leave the {@code event:} line out.
 */
final class MessagesEventReader extends EventReader {

	private boolean started;

	private @Nullable Finish finish;

	private AnswerUsage usage = AnswerUsage.NONE;

	private int call = -1;

	private boolean inCall;

	private boolean inThought;

	/** What a call's block began with, until a piece of its arguments came. */
	private @Nullable String input;

	private boolean stopped;

	@Override
	void read(ObjectNode event, Sink sink) throws IOException, UnreadableAnswerException {
		switch (Json.stringOrEmpty(event, "type")) {
			case "message_start" -> start(event.path("message"), sink);
			case "content_block_start" -> block(event.path("content_block"), sink);
			case "content_block_delta" -> delta(event.path("delta"), sink);
			case "content_block_stop" -> blockEnd(sink);
			case "message_delta" -> {
				String reason = Json.string(event.path("delta"), "stop_reason");
				if (reason != null) {
					this.finish = Finish.ofMessages(reason, Json.string(event.path("delta"), "stop_sequence"));
				}
				this.usage = this.usage.and(AnswerUsage.ofMessages(event.path("usage")));
			}
			case "message_stop" -> {
				this.stopped = true;
				end(sink);
			}
			default -> {
				// a ping, or what a later version of the wire adds
			}
		}
	}

	/** The last event alone is the end: what stands before it can be cut off. */
	@Override
	@Nullable Finish finish() {
		return this.stopped ? this.finish : null;
	}

	@Override
	AnswerUsage usage() {
		return this.usage;
	}

	private void start(JsonNode message, Sink sink) throws IOException, UnreadableAnswerException {
		this.usage = AnswerUsage.ofMessages(message.path("usage"));
		started(Json.name(message, "id"), Json.name(message, "model"), sink);
	}

	private void started(@Nullable String id, @Nullable String model, Sink sink)
			throws IOException, UnreadableAnswerException {
		if (!this.started) {
			this.started = true;
			sink.accept(new AnswerEvent.Started(id, model));
		}
	}

	private void block(JsonNode block, Sink sink) throws IOException, UnreadableAnswerException {
		started(null, null, sink);
		switch (Json.stringOrEmpty(block, "type")) {
			case "text" -> text(Json.stringOrEmpty(block, "text"), sink);
			case "thinking" -> {
				this.inThought = true;
				thought(Json.stringOrEmpty(block, "thinking"), sink);
			}
			case "redacted_thinking" -> sink.accept(new AnswerEvent.Redacted(Json.stringOrEmpty(block, "data")));
			case "tool_use" -> {
				this.inCall = true;
				this.call++;
				JsonNode given = block.path("input");
				this.input = (given.isObject() && !given.isEmpty()) ? Json.text(given) : "{}";
				sink.accept(new AnswerEvent.CallStarted(this.call, Json.stringOrEmpty(block, "id"),
						Json.stringOrEmpty(block, "name")));
			}
			default -> throw new UnreadableAnswerException("a content block of another kind");
		}
	}

	private void delta(JsonNode delta, Sink sink) throws IOException, UnreadableAnswerException {
		switch (Json.stringOrEmpty(delta, "type")) {
			case "text_delta" -> text(Json.stringOrEmpty(delta, "text"), sink);
			case "thinking_delta" -> thought(Json.stringOrEmpty(delta, "thinking"), sink);
			case "signature_delta" -> {
				String signature = Json.name(delta, "signature");
				if (signature != null) {
					sink.accept(new AnswerEvent.Signature(signature));
				}
			}
			case "input_json_delta" -> {
				String json = Json.stringOrEmpty(delta, "partial_json");
				if (this.inCall && !json.isEmpty()) {
					this.input = null;
					sink.accept(new AnswerEvent.CallArguments(this.call, json));
				}
			}
			default -> {
				// citations, which nobody can ask for, or what a later version adds
			}
		}
	}

	/** A call without arguments is sent without any piece of them. */
	private void blockEnd(Sink sink) throws IOException, UnreadableAnswerException {
		if (this.inCall && this.input != null) {
			sink.accept(new AnswerEvent.CallArguments(this.call, this.input));
			this.input = null;
		}
		if (this.inThought) {
			sink.accept(new AnswerEvent.ThoughtEnded());
		}
		this.inCall = false;
		this.inThought = false;
	}

	private static void text(String text, Sink sink) throws IOException, UnreadableAnswerException {
		if (!text.isEmpty()) {
			sink.accept(new AnswerEvent.Text(text));
		}
	}

	private static void thought(String text, Sink sink) throws IOException, UnreadableAnswerException {
		if (!text.isEmpty()) {
			sink.accept(new AnswerEvent.Thought(text));
		}
	}

}
