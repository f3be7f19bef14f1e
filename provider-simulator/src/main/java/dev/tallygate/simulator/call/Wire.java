package dev.tallygate.simulator.call;

import org.jspecify.annotations.Nullable;

/**
 * A provider's way to write answers.
 */
public interface Wire {

	/** A new id of an answer. */
	String newId(long number);

	/** The whole answer as one JSON document. */
	String whole(Answer answer);

	/** A writer of the same answer as events, for one use. */
	EventWriter events(Answer answer);

	/** The body of an error. */
	String error(int status, String message, @Nullable String code);

}
