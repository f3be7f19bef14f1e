package dev.tallygate.gateway.dialect.conversation;

/**
 * A provider answered something that is no answer of its wire. The message quotes nothing
 * of it.
 */
final class UnreadableAnswerException extends Exception {

	private static final long serialVersionUID = 1L;

	UnreadableAnswerException(String why) {
		super(why, null, false, false);
	}

}
