package dev.tallygate.security.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256, which every JDK has.
 */
public final class Sha256 {

	private Sha256() {
	}

	/**
	 * That of a text in UTF-8.
	 */
	public static byte[] of(String text) {
		return ofAll(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * That of several pieces in a row.
	 */
	public static byte[] ofAll(byte[]... pieces) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			for (byte[] piece : pieces) {
				digest.update(piece);
			}
			return digest.digest();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has SHA-256", ex);
		}
	}

}
