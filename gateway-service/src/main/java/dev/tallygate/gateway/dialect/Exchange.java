package dev.tallygate.gateway.dialect;

/**
 * A request as one provider gets it, and the readers for what that provider answers.
 */
public interface Exchange {

	/** Where it goes, below the provider's base path. */
	String path();

	/** What is sent. */
	SplicedBody body();

	/** Whether the provider speaks the caller's wire, so that bytes pass as they are. */
	boolean sameWire();

	/**
	 * Reads one streamed answer.
	 * @param tools what reading needs
	 */
	StreamReader stream(Reading tools);

	/**
	 * Reads one whole answer.
	 * @param body holds it, from 0
	 * @param length how many bytes it has
	 * @param tools what reading needs
	 */
	WholeAnswer whole(byte[] body, int length, Reading tools);

}
