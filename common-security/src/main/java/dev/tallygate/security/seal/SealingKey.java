package dev.tallygate.security.seal;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that secrets, or the keys of secrets, are sealed under.
 *
 * @param id what records name it by
 * @param key 256 bits for AES
 */
public record SealingKey(String id, SecretKey key) {

	static SealingKey of(String id, byte[] bytes) {
		return new SealingKey(id, new SecretKeySpec(bytes, "AES"));
	}

	@Override
	public String toString() {
		return "SealingKey[id=" + this.id + "]";
	}

}
