package dev.tallygate.gateway.dialect.conversation;

import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a wire's whole answers.
 */
@FunctionalInterface
interface AnswerReader {

	Answer read(ObjectNode answer) throws UnreadableAnswerException;

}
