package dev.tallygate.gateway.dialect;

import dev.tallygate.security.problem.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * A request that is a JSON text but not one the wire knows. The message says what to
 * change and quotes nothing of the caller's.
 */
public final class InvalidRequestException extends Exception {

	private static final long serialVersionUID = 1L;

	private final String code;

	private final @Nullable String parameter;

	/**
	 * About one member of the request.
	 * @param message what to change
	 * @param parameter the member's name; null when it is about the whole
	 */
	public InvalidRequestException(String message, @Nullable String parameter) {
		this(ErrorCode.INVALID_REQUEST, message, parameter);
	}

	private InvalidRequestException(String code, String message, @Nullable String parameter) {
		super(message, null, false, false);
		this.code = code;
		this.parameter = parameter;
	}

	/**
	 * A request that is good on its own wire and cannot be said on the provider's.
	 * @param message what to change
	 * @param parameter the member that stands in the way; null when it is the whole
	 */
	public static InvalidRequestException notTranslatable(String message, @Nullable String parameter) {
		return new InvalidRequestException("not_translatable", message, parameter);
	}

	/** The stable code of the error. */
	public String code() {
		return this.code;
	}

	/** The member it is about; null when it is about the whole. */
	public @Nullable String parameter() {
		return this.parameter;
	}

}
