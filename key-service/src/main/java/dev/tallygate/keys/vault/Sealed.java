package dev.tallygate.keys.vault;

/**
 * A sealed secret as it is stored.
 *
 * @param algorithm how: 1 is AES-256-GCM for payload and wrap
 * @param masterKeyId which master key wrapped the data key
 * @param wrappedKey nonce, then the encrypted data key and its tag
 * @param nonce of the payload
 * @param ciphertext payload and tag
 */
// Bytes are compared nowhere.
@SuppressWarnings("ArrayRecordComponent")
public record Sealed(int algorithm, String masterKeyId, byte[] wrappedKey, byte[] nonce, byte[] ciphertext) {

	@Override
	public String toString() {
		return "Sealed[masterKeyId=" + this.masterKeyId + "]";
	}

}
