package dev.tallygate.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Whose provider key a call was made with.
 */
public enum Credential {

	/** The caller's own; costs no credits. */
	@JsonProperty("user")
	USER,
	/** The operator's; costs credits. */
	@JsonProperty("system")
	SYSTEM,
	/** The provider needs no key. */
	@JsonProperty("none")
	NONE

}
