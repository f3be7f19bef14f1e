package dev.tallygate.keys.provider;

/**
 * How a key is checked before it is stored.
 */
public enum Validation {

	/** By listing the models. */
	MODELS,
	/** By a call for one token. */
	COMPLETION,
	/** Not at all. */
	NONE

}
