package dev.tallygate.console.services;

/**
 * A service no longer accepts the key of the session: revoked, expired, or its owner
 * deleted.
 */
public class KeyNotAcceptedException extends RuntimeException {

	public KeyNotAcceptedException() {
		super("the key of this session is no longer accepted");
	}

}
