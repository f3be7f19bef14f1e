package dev.tallygate.gateway.dialect;

/**
 * What is accepted of a request, whatever its wire.
 *
 * @param maxDepth how deeply its JSON may nest
 * @param maxMembers how many members the request itself may have
 * @param maxChoices the most answers that one request may ask for
 */
public record RequestLimits(int maxDepth, int maxMembers, int maxChoices) {

	/** Limits no honest request meets. */
	public static final RequestLimits DEFAULT = new RequestLimits(256, 256, 128);

}
