package dev.tallygate.budgets.webhook;

import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A signing secret as the database keeps it:
 * {@code sealed:1:<key id>:<base64 of nonce, ciphertext and tag>}.
 *
 * @param text that text; of a row from before secrets were sealed the secret itself
 */
record SealedSecret(String text) {

	private static final String FORM = "sealed:1:";

	static SealedSecret of(String keyId, byte[] nonce, byte[] ciphertext) {
		byte[] bytes = ByteBuffer.allocate(nonce.length + ciphertext.length).put(nonce).put(ciphertext).array();
		return new SealedSecret(FORM + keyId + ':' + Base64.getEncoder().encodeToString(bytes));
	}

	static @Nullable SealedSecret ofNullable(@Nullable String text) {
		return (text != null) ? new SealedSecret(text) : null;
	}

	/** Which key it is sealed under; null while it is not sealed. */
	@Nullable String keyId() {
		if (!this.text.startsWith(FORM)) {
			return null;
		}
		int end = this.text.indexOf(':', FORM.length());
		return (end > 0) ? this.text.substring(FORM.length(), end) : "";
	}

	/**
	 * Nonce, ciphertext and tag.
	 * @throws IllegalArgumentException when it is damaged
	 */
	byte[] bytes() {
		return Base64.getDecoder().decode(this.text.substring(this.text.lastIndexOf(':') + 1));
	}

	@Override
	public String toString() {
		return "SealedSecret[keyId=" + keyId() + "]";
	}

}
