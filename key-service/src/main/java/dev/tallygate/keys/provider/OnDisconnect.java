package dev.tallygate.keys.provider;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What becomes of a call at a provider when the client goes away.
 */
public enum OnDisconnect {

	/** It is cancelled. */
	@JsonProperty("cancel")
	CANCEL,
	/** It is read to its end: for a provider that bills all of it the same. */
	@JsonProperty("drain")
	DRAIN

}
