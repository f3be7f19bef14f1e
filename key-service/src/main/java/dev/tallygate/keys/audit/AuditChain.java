package dev.tallygate.keys.audit;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * The hash that links an entry to the one before it:
 * {@code HMAC-SHA256(audit key, previous hash || entry)}. The first has 32 zero bytes
 * before it.
 */
final class AuditChain {

	static final int HASH_LENGTH = 32;

	private static final String ALGORITHM = "HmacSHA256";

	private final SecretKey key;

	AuditChain(SecretKey key) {
		this.key = key;
	}

	static byte[] beginning() {
		return new byte[HASH_LENGTH];
	}

	byte[] next(byte[] previous, AuditEntry entry) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.key);
			mac.update(previous);
			return mac.doFinal(entry.canonical());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("every JDK has " + ALGORITHM, ex);
		}
	}

}
