package dev.tallygate.gateway.dialect.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks, whatever wire it came on.
 *
 * @param turns who said what, instructions included, in order
 * @param turnsAt the member that they stand in
 * @param tools what the model may call
 * @param sampling how the next token is drawn
 * @param stop where the answer must end
 * @param format what the answer must be; null for text
 * @param reasoning how long to think; null for as the model likes
 * @param maxTokens the longest answer, in tokens
 * @param user the end user, as the caller names them
 * @param standardTier whether the provider's standard tier alone may serve it
 * @param stream whether the answer is to come event by event
 * @param usageAsked whether the caller wants the usage at the end of a chat stream
 */
record Conversation(List<Turn> turns, String turnsAt, Toolbox tools, Sampling sampling, List<String> stop,
		@Nullable OutputFormat format, @Nullable Reasoning reasoning, @Nullable Long maxTokens, @Nullable String user,
		boolean standardTier, boolean stream, boolean usageAsked) {

	Conversation {
		turns = List.copyOf(turns);
		stop = List.copyOf(stop);
	}

}
