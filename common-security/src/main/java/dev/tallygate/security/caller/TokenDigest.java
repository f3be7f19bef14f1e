package dev.tallygate.security.caller;

import dev.tallygate.security.secret.Sha256;
import java.nio.ByteBuffer;

/**
 * The whole SHA-256 of a token, so that no two tokens share a place in a cache.
 */
public record TokenDigest(long a, long b, long c, long d) {

	/**
	 * That of a token.
	 */
	public static TokenDigest of(String token) {
		ByteBuffer hash = ByteBuffer.wrap(Sha256.of(token));
		return new TokenDigest(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
	}

}
