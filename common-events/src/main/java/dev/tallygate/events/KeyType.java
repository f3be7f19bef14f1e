package dev.tallygate.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What an API key is for.
 */
public enum KeyType {

	/** Development. */
	@JsonProperty("dev")
	DEV,
	/** Production. */
	@JsonProperty("prod")
	PROD

}
