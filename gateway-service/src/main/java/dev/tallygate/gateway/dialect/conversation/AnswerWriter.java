package dev.tallygate.gateway.dialect.conversation;

import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a wire's whole answers.
 */
@FunctionalInterface
interface AnswerWriter {

	ObjectNode write(Answer answer, AnswerSetting setting) throws UnreadableAnswerException;

}
