package dev.tallygate.gateway.routing;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The model a call is taken to mean, as it was written, and where it was.
 *
 * @param model its name, which may mean nothing
 * @param by whose choice it is
 */
record Choice(String model, By by) {

	/** In the order in which they are asked. */
	enum By {

		/** The request names it. */
		@JsonProperty("request")
		REQUEST,
		/** The agent prefers it. */
		@JsonProperty("agent")
		AGENT,
		/** The user prefers it. */
		@JsonProperty("user")
		USER,
		/** Nobody chose: it is the operator's default. */
		@JsonProperty("default")
		DEFAULT

	}

}
