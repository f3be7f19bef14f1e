package dev.tallygate.keys.provider;

/**
 * What a provider says about a key.
 */
public enum Verdict {

	/** It takes the key. */
	ACCEPTED,
	/** It does not. */
	REJECTED,
	/** It could not be asked, or said neither. */
	UNREACHABLE

}
