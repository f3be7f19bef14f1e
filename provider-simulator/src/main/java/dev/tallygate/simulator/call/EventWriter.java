package dev.tallygate.simulator.call;

/**
 * Writes one answer as server-sent events. What it returns may be several events, each
 * with its blank line.
 */
public interface EventWriter {

	/** The events before the first piece. */
	String opening();

	/**
	 * The events of one piece of a choice, with those that begin and end the part that it
	 * is the first or the last of. Each choice's pieces come in order.
	 */
	String piece(int choice, int position);

	/** The events after the last piece. */
	String closing();

	/** An error in the middle of the stream, or in place of all of it. */
	String error(String message);

	/** A comment or its like that clients must skip. */
	String idle();

}
