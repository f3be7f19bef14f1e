package dev.tallygate.gateway.provider;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A provider that did not answer, or not in full.
 */
public final class UpstreamException extends IOException {

	private static final long serialVersionUID = 1L;

	/** What went wrong. */
	public enum Kind {

		/** No connection: nothing was sent, another try harms nobody. */
		CONNECT,
		/** As many connections are open as may be. */
		TOO_MANY_CONNECTIONS,
		/** This machine has no socket left. */
		NO_SOCKET,
		/** Nothing came in the time there was. */
		TIMEOUT,
		/** The connection broke. */
		BROKEN,
		/** What came is no HTTP, or beyond the limits. */
		GARBAGE,
		/** We ended it ourselves. */
		ABORTED

	}

	private final Kind kind;

	UpstreamException(Kind kind, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.kind = kind;
	}

	/** What went wrong. */
	public Kind kind() {
		return this.kind;
	}

}
