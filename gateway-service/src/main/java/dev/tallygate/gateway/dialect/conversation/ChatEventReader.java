package dev.tallygate.gateway.dialect.conversation;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads chat completion chunks of many makers: without {@code index} or {@code id} of a
 * call, with another {@code id} on every chunk, with usage on every chunk or none, with
 * null for what is not there.
 */
final class ChatEventReader extends EventReader {

	private boolean started;

	private @Nullable Finish finish;

	private AnswerUsage usage = AnswerUsage.NONE;

	/** Calls by the provider's index, and the id each of them has there. */
	private final Map<Integer, Integer> calls = new HashMap<>();

	private final Map<Integer, String> ids = new HashMap<>();

	private int callCount;

	@Override
	void read(ObjectNode chunk, Sink sink) throws IOException, UnreadableAnswerException {
		if (!this.started) {
			start(chunk, sink);
		}
		if (chunk.path("usage").isObject()) {
			this.usage = this.usage.and(AnswerUsage.ofChat(chunk.path("usage")));
		}
		for (JsonNode choice : chunk.path("choices")) {
			choice(choice, sink);
		}
	}

	/** A first event may be about the prompt alone, and tell nobody's name. */
	private void start(ObjectNode chunk, Sink sink) throws IOException, UnreadableAnswerException {
		String id = Json.name(chunk, "id");
		String model = Json.name(chunk, "model");
		if (id != null || model != null || !chunk.path("choices").isEmpty()) {
			this.started = true;
			sink.accept(new AnswerEvent.Started(id, model));
		}
	}

	@Override
	@Nullable Finish finish() {
		return this.finish;
	}

	@Override
	AnswerUsage usage() {
		return this.usage;
	}

	private void choice(JsonNode choice, Sink sink) throws IOException, UnreadableAnswerException {
		if (choice.path("index").asInt(0) != 0) {
			throw new UnreadableAnswerException("a second choice that nobody asked for");
		}
		JsonNode delta = choice.path("delta");
		String thought = ChatAnswerReader.thought(delta);
		if (thought != null) {
			sink.accept(new AnswerEvent.Thought(thought));
		}
		String text = ChatAnswerReader.text(delta.path("content"));
		if (!text.isEmpty()) {
			sink.accept(new AnswerEvent.Text(text));
		}
		String refusal = Json.stringOrEmpty(delta, "refusal");
		if (!refusal.isEmpty()) {
			sink.accept(new AnswerEvent.Refusal(refusal));
		}
		for (JsonNode call : delta.path("tool_calls")) {
			call(call, sink);
		}
		String reason = Json.string(choice, "finish_reason");
		if (reason != null && !reason.isEmpty()) {
			this.finish = Finish.ofChat(reason);
		}
	}

	private void call(JsonNode delta, Sink sink) throws IOException, UnreadableAnswerException {
		JsonNode function = delta.path("function");
		String id = Json.stringOrEmpty(delta, "id");
		String name = Json.stringOrEmpty(function, "name");
		int call = numberOf(delta, id, name);
		if (call < 0) {
			if (name.isEmpty()) {
				throw new UnreadableAnswerException("arguments of a tool that nobody called");
			}
			call = this.callCount++;
			int index = delta.path("index").isInt() ? delta.path("index").intValue() : call;
			this.calls.put(index, call);
			this.ids.put(index, id);
			sink.accept(new AnswerEvent.CallStarted(call, id.isEmpty() ? "call_" + Ids.random() : id, name));
		}
		String arguments = ChatAnswerReader.arguments(function);
		if (!arguments.isEmpty()) {
			sink.accept(new AnswerEvent.CallArguments(call, arguments));
		}
	}

	/** The call a piece belongs to, or -1 when it begins one. */
	private int numberOf(JsonNode delta, String id, String name) {
		int last = this.callCount - 1;
		if (!delta.path("index").isInt()) {
			return (id.isEmpty() ? name.isEmpty() : this.ids.containsValue(id)) ? last : -1;
		}
		int index = delta.path("index").intValue();
		Integer known = this.calls.get(index);
		if (known == null) {
			return -1;
		}
		boolean another = !id.isEmpty() && !name.isEmpty() && !id.equals(this.ids.get(index));
		return another ? -1 : known;
	}

}
