package dev.tallygate.keys.audit;

import dev.tallygate.security.secret.Sha256;
import java.nio.charset.StandardCharsets;
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
		return HexFormat.of().formatHex(Sha256.ofAll(this.salt, this.address.getBytes(StandardCharsets.UTF_8)));
	}

}
