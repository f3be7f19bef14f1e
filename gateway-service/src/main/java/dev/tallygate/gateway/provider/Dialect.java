package dev.tallygate.gateway.provider;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Which wire a provider speaks.
 */
public enum Dialect {

	/** OpenAI's. */
	@JsonProperty("openai")
	OPENAI,
	/** Anthropic's. */
	@JsonProperty("anthropic")
	ANTHROPIC

}
