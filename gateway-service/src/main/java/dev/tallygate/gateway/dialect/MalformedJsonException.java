package dev.tallygate.gateway.dialect;

/**
 * Bytes that are no JSON text, or one beyond the limits. The message names what was wrong
 * and where, and never quotes the bytes.
 */
public final class MalformedJsonException extends Exception {

	private static final long serialVersionUID = 1L;

	private final int offset;

	MalformedJsonException(String message, int offset) {
		super(message + " at byte " + offset, null, false, false);
		this.offset = offset;
	}

	/** Where, in bytes from the start. */
	public int offset() {
		return this.offset;
	}

}
