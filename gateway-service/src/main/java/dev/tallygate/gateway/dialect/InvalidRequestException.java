package dev.tallygate.gateway.dialect;

import org.jspecify.annotations.Nullable;

/**
 * A request that is a JSON text but not one the wire knows. The message says what to
 * change and quotes nothing of the caller's.
 */
public final class InvalidRequestException extends Exception {

	private static final long serialVersionUID = 1L;

	private final @Nullable String parameter;

	/**
	 * About one member of the request.
	 * @param message what to change
	 * @param parameter the member's name; null when it is about the whole
	 */
	public InvalidRequestException(String message, @Nullable String parameter) {
		super(message, null, false, false);
		this.parameter = parameter;
	}

	/** The member it is about; null when it is about the whole. */
	public @Nullable String parameter() {
		return this.parameter;
	}

}
