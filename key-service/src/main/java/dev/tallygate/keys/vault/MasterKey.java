package dev.tallygate.keys.vault;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key-encryption key.
 *
 * @param id what records name it by
 * @param key 256 bits for AES
 */
record MasterKey(String id, SecretKey key) {

	private static final int CHECK_LENGTH = 8;

	static MasterKey of(String id, byte[] bytes) {
		return new MasterKey(id, new SecretKeySpec(bytes, "AES"));
	}

	/**
	 * Tells whether it is still the same key under this id, without telling the key: the
	 * first 8 bytes of an HMAC-SHA256 of a constant and the id.
	 */
	byte[] checkValue() {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(this.key);
			byte[] hash = mac.doFinal(Binding.lengthPrefixed("ks/1", "key check", this.id));
			return Arrays.copyOf(hash, CHECK_LENGTH);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("every JDK has HmacSHA256", ex);
		}
	}

	@Override
	public String toString() {
		return "MasterKey[id=" + this.id + "]";
	}

}
