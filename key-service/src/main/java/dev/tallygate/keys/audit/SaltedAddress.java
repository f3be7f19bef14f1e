package dev.tallygate.keys.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A network address with what makes its hash impossible to guess. The hash is in the
 * chain; address and salt are beside it and can go.
 *
 * @param salt 16 random bytes
 * @param address where a request came from
 */
// Bytes are compared nowhere.
@SuppressWarnings("ArrayRecordComponent")
record SaltedAddress(byte[] salt, String address) {

	/** The length of a hash in hex; no address is as long. */
	static final int HASH_LENGTH = 64;

	private static final int SALT_LENGTH = 16;

	private static final SecureRandom RANDOM = new SecureRandom();

	static SaltedAddress of(String address) {
		return new SaltedAddress(newSalt(), address);
	}

	static byte[] newSalt() {
		byte[] salt = new byte[SALT_LENGTH];
		RANDOM.nextBytes(salt);
		return salt;
	}

	/** SHA-256 of salt and address, in hex. */
	String hash() {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(this.salt);
			return HexFormat.of().formatHex(digest.digest(this.address.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has SHA-256", ex);
		}
	}

}
