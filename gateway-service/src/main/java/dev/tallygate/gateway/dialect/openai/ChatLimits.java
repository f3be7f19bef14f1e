package dev.tallygate.gateway.dialect.openai;

/**
 * What is accepted of a chat completion request.
 *
 * @param maxDepth how deeply its JSON may nest
 * @param maxMembers how many members the request itself may have
 * @param maxChoices the largest {@code n}
 */
public record ChatLimits(int maxDepth, int maxMembers, int maxChoices) {

	/** Limits no honest request meets. */
	public static final ChatLimits DEFAULT = new ChatLimits(256, 256, 128);

}
