package dev.tallygate.security.caller;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a user may do.
 */
public enum Role {

	/** Acts on itself. */
	@JsonProperty("member")
	MEMBER,
	/** Acts on anyone. */
	@JsonProperty("admin")
	ADMIN

}
