package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.InvalidRequestException;

/**
 * Reads a wire's requests.
 */
@FunctionalInterface
interface ConversationReader {

	/**
	 * Reads a request, every member of it.
	 * @throws InvalidRequestException when it is no request of this wire
	 * @throws InvalidRequestException when it asks for what no other wire can say
	 */
	Conversation read(Members request) throws InvalidRequestException;

}
