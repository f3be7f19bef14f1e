package dev.tallygate.gateway.completion.running;

import java.io.IOException;

/**
 * The caller does not take the answer any more.
 */
public final class ClientGoneException extends IOException {

	private static final long serialVersionUID = 1L;

	ClientGoneException(IOException cause) {
		super("the caller is gone", cause);
	}

}
