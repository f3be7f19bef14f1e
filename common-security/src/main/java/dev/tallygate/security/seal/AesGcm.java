package dev.tallygate.security.seal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM of the JDK with a 96-bit nonce and the whole 128-bit tag after the
 * ciphertext. A key and nonce must never come together twice; that is the caller's care.
 */
public final class AesGcm {

	/** In bytes. */
	public static final int KEY_LENGTH = 32;

	/** In bytes. */
	public static final int NONCE_LENGTH = 12;

	/** In bytes. */
	public static final int TAG_LENGTH = 16;

	private AesGcm() {
	}

	/** A key of these bytes. */
	public static SecretKey key(byte[] bytes) {
		return new SecretKeySpec(bytes, "AES");
	}

	/** Encrypts, and puts the tag at the end. */
	public static byte[] encrypt(SecretKey key, byte[] nonce, byte[] associated, byte[] plain) {
		try {
			return cipher(Cipher.ENCRYPT_MODE, key, nonce, associated).doFinal(plain);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("every JDK has AES-GCM", ex);
		}
	}

	/**
	 * Decrypts what carries its tag at the end.
	 * @throws GeneralSecurityException when key, nonce, associated data or a single bit
	 * is another
	 */
	public static byte[] decrypt(SecretKey key, byte[] nonce, byte[] associated, byte[] sealed)
			throws GeneralSecurityException {
		return cipher(Cipher.DECRYPT_MODE, key, nonce, associated).doFinal(sealed);
	}

	/**
	 * Associated data of fields: length before each, so that no two lists of fields have
	 * the same bytes.
	 */
	public static byte[] lengthPrefixed(String... fields) {
		byte[][] texts = new byte[fields.length][];
		int total = 0;
		for (int i = 0; i < fields.length; i++) {
			texts[i] = fields[i].getBytes(StandardCharsets.UTF_8);
			total += Integer.BYTES + texts[i].length;
		}
		ByteBuffer bytes = ByteBuffer.allocate(total);
		for (byte[] text : texts) {
			bytes.putInt(text.length).put(text);
		}
		return bytes.array();
	}

	private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] associated)
			throws GeneralSecurityException {
		if (nonce.length != NONCE_LENGTH) {
			throw new GeneralSecurityException("a nonce has 96 bits here");
		}
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(mode, key, new GCMParameterSpec(TAG_LENGTH * Byte.SIZE, nonce));
		cipher.updateAAD(associated);
		return cipher;
	}

}
