package dev.tallygate.keys.apikey;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What is stored of a secret that has at least 160 random bits: its SHA-256. Guessing
 * such a secret is hopeless at any speed, so a slow hash would only slow us.
 */
final class TokenHash {

	private TokenHash() {
	}

	static byte[] of(String secret) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has SHA-256", ex);
		}
	}

}
