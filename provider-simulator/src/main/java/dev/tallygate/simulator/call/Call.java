package dev.tallygate.simulator.call;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a client asked for.
 *
 * @param wire how the answer is written
 * @param operation {@code chat}, {@code messages}, {@code responses} or
 * {@code embeddings}
 * @param model the model as asked for
 * @param streamed whether the answer comes as events
 * @param includeUsage whether an OpenAI stream ends with its usage
 * @param choices how many answers
 * @param maxTokens the most output tokens of each answer; null where there is no bound
 * @param prompt every text of the prompt, without directives
 * @param directives what the simulator is told to do
 * @param tools what the model may call
 * @param turn how often tools have answered since the person spoke
 * @param cache what marks in the prompt make of the cache
 * @param request the whole body
 * @param owner the fingerprint of the key it came with
 */
public record Call(Wire wire, String operation, String model, boolean streamed, boolean includeUsage, int choices,
		@Nullable Integer maxTokens, String prompt, Directives directives, List<Tool> tools, int turn, CacheUse cache,
		JsonNode request, String owner) {

	/** A call of which each text of the prompt may say what to do. */
	public static Call of(Wire wire, String operation, JsonNode request, String prompt, Directives everyCall) {
		return new Call(wire, operation, Json.model(request), request.path("stream").asBoolean(false), true, 1, null,
				Directives.strip(prompt), everyCall.and(prompt), List.of(), 0, CacheUse.NONE, request, "none");
	}

	public Call with(Directives directives) {
		return new Call(this.wire, this.operation, this.model, this.streamed, this.includeUsage, this.choices,
				this.maxTokens, this.prompt, directives, this.tools, this.turn, this.cache, this.request, this.owner);
	}

	public Call withChoices(int choices, boolean includeUsage) {
		return new Call(this.wire, this.operation, this.model, this.streamed, includeUsage, choices, this.maxTokens,
				this.prompt, this.directives, this.tools, this.turn, this.cache, this.request, this.owner);
	}

	public Call atMost(@Nullable Integer maxTokens) {
		return new Call(this.wire, this.operation, this.model, this.streamed, this.includeUsage, this.choices,
				maxTokens, this.prompt, this.directives, this.tools, this.turn, this.cache, this.request, this.owner);
	}

	public Call offering(List<Tool> tools, int turn) {
		return new Call(this.wire, this.operation, this.model, this.streamed, this.includeUsage, this.choices,
				this.maxTokens, this.prompt, this.directives, tools, turn, this.cache, this.request, this.owner);
	}

	public Call caching(CacheUse cache) {
		return new Call(this.wire, this.operation, this.model, this.streamed, this.includeUsage, this.choices,
				this.maxTokens, this.prompt, this.directives, this.tools, this.turn, cache, this.request, this.owner);
	}

	public Call notStreamed() {
		return new Call(this.wire, this.operation, this.model, false, this.includeUsage, this.choices, this.maxTokens,
				this.prompt, this.directives, this.tools, this.turn, this.cache, this.request, this.owner);
	}

	public Call by(String owner) {
		return new Call(this.wire, this.operation, this.model, this.streamed, this.includeUsage, this.choices,
				this.maxTokens, this.prompt, this.directives, this.tools, this.turn, this.cache, this.request, owner);
	}

	/** The model that answers. */
	public String served() {
		String served = this.directives.value("served");
		return (served != null) ? served : this.model;
	}

	/** Input tokens: the words of the prompt, at least 1, unless told otherwise. */
	public int inputTokens() {
		Integer told = this.directives.input();
		return (told != null) ? told : Math.max(1, Words.count(this.prompt));
	}

}
