package dev.tallygate.simulator.call;

import org.jspecify.annotations.Nullable;

/**
 * A request that is not answered as asked, with the HTTP status it gets instead.
 */
public final class Refusal extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int status;

	private final @Nullable String code;

	public Refusal(int status, String message) {
		this(status, message, (String) null);
	}

	public Refusal(int status, String message, @Nullable String code) {
		super(message);
		this.status = status;
		this.code = code;
	}

	public Refusal(int status, String message, Throwable cause) {
		super(message, cause);
		this.status = status;
		this.code = null;
	}

	public int status() {
		return this.status;
	}

	public @Nullable String code() {
		return this.code;
	}

	public String message() {
		String message = getMessage();
		return (message != null) ? message : "refused";
	}

}
