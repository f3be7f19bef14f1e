package dev.tallygate.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The kinds of limit that can refuse a call.
 */
public enum Limit {

	/** The owner's monthly budget. */
	@JsonProperty("budget")
	BUDGET,
	/** The administrator's ceiling. */
	@JsonProperty("ceiling")
	CEILING,
	/** The credits of the billing account. */
	@JsonProperty("credits")
	CREDITS,
	/** The budget of one API key. */
	@JsonProperty("key")
	KEY,
	/** The ceiling of everyone who has none of their own. */
	@JsonProperty("default")
	DEFAULT,
	/** The limit on all spend of system keys together. */
	@JsonProperty("installation")
	INSTALLATION

}
