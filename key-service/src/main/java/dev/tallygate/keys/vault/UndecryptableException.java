package dev.tallygate.keys.vault;

/**
 * A record that does not decrypt, for whatever reason: unknown master key, moved,
 * damaged. Which of them is not told, so that nobody can learn by trying.
 */
public final class UndecryptableException extends RuntimeException {

	UndecryptableException() {
		super("the record does not decrypt", null, false, false);
	}

}
