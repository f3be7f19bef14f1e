package dev.tallygate.keys.provider;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A kind of call that a provider answers in its own dialect; others are translated to one
 * that it does, or refused.
 */
public enum Wire {

	/** OpenAI's {@code /chat/completions}. */
	@JsonProperty("chat")
	CHAT,
	/** OpenAI's {@code /responses}. */
	@JsonProperty("responses")
	RESPONSES,
	/** OpenAI's {@code /embeddings}. */
	@JsonProperty("embeddings")
	EMBEDDINGS,
	/** Anthropic's {@code /messages}. */
	@JsonProperty("messages")
	MESSAGES

}
