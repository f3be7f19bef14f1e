package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.InvalidRequestException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes requests of a wire.
 */
@FunctionalInterface
interface ConversationWriter {

	/**
	 * Writes a request.
	 * @param conversation what is asked
	 * @param model the model by its provider's name
	 * @param longestAnswer the most tokens this model can answer with; null when unknown
	 * @param leftOut takes the hints that this wire has no words for
	 * @throws InvalidRequestException when the wire has no words for something else
	 */
	ObjectNode write(Conversation conversation, String model, @Nullable Long longestAnswer, LeftOut leftOut)
			throws InvalidRequestException;

}
