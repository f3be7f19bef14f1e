package dev.tallygate.keys.provider;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The wire a provider speaks.
 */
public enum Dialect {

	/** OpenAI's. */
	@JsonProperty("openai")
	OPENAI,
	/** Anthropic's. */
	@JsonProperty("anthropic")
	ANTHROPIC

}
