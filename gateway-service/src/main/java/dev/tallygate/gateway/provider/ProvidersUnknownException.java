package dev.tallygate.gateway.provider;

/**
 * Key-service has not been reached since the start, so nobody knows the providers.
 */
public final class ProvidersUnknownException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	ProvidersUnknownException(Throwable cause) {
		super("key-service does not tell the providers", cause);
	}

}
