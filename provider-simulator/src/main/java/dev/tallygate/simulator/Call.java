package dev.tallygate.simulator;

import org.jspecify.annotations.Nullable;

/**
 * What a client asked for.
 *
 * @param wire how the answer is written
 * @param operation {@code chat}, {@code messages} or {@code embeddings}
 * @param model the model as asked for
 * @param streamed whether the answer comes as events
 * @param includeUsage whether an OpenAI stream ends with its usage
 * @param choices how many answers
 * @param maxTokens the most output tokens of each answer; null where there is no bound
 * @param prompt every text of the prompt, without directives
 * @param directives what the simulator is told to do
 */
record Call(Wire wire, String operation, String model, boolean streamed, boolean includeUsage, int choices,
		@Nullable Integer maxTokens, String prompt, Directives directives) {

	Call with(Directives directives) {
		return new Call(this.wire, this.operation, this.model, this.streamed, this.includeUsage, this.choices,
				this.maxTokens, this.prompt, directives);
	}

	/** Input tokens: the words of the prompt, at least 1, unless told otherwise. */
	int inputTokens() {
		Integer told = this.directives.input();
		return (told != null) ? told : Math.max(1, Words.count(this.prompt));
	}

}
