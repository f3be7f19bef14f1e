package dev.tallygate.simulator;

import org.jspecify.annotations.Nullable;

/**
 * A request that is not answered as asked, with the HTTP status it gets instead.
 */
final class Refusal extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int status;

	private final @Nullable String code;

	Refusal(int status, String message) {
		this(status, message, (String) null);
	}

	Refusal(int status, String message, @Nullable String code) {
		super(message);
		this.status = status;
		this.code = code;
	}

	Refusal(int status, String message, Throwable cause) {
		super(message, cause);
		this.status = status;
		this.code = null;
	}

	int status() {
		return this.status;
	}

	@Nullable String code() {
		return this.code;
	}

	String message() {
		String message = getMessage();
		return (message != null) ? message : "refused";
	}

}
