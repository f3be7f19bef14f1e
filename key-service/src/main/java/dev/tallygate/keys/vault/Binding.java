package dev.tallygate.keys.vault;

import dev.tallygate.events.UserId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What a secret is sealed for. A ciphertext that is moved to another owner, provider,
 * origin, record or version does not decrypt.
 *
 * @param owner whose secret
 * @param provider at which provider
 * @param origin scheme, host and port it may be sent to
 * @param id the record
 * @param version of the secret, from 1
 */
public record Binding(UserId owner, String provider, String origin, UUID id, int version) {

	private static final String DOMAIN = "ks/1";

	/** The associated data of the payload. */
	byte[] ofPayload(int algorithm) {
		return lengthPrefixed(DOMAIN, "payload", this.owner.toString(), this.provider, this.origin, this.id.toString(),
				String.valueOf(this.version), String.valueOf(algorithm));
	}

	/** The associated data of the wrapped data key. */
	byte[] ofWrap(int algorithm, String masterKeyId) {
		return lengthPrefixed(DOMAIN, "wrap", this.owner.toString(), this.provider, this.origin, this.id.toString(),
				String.valueOf(this.version), String.valueOf(algorithm), masterKeyId);
	}

	/** Length before each field, so that no two lists of fields have the same bytes. */
	static byte[] lengthPrefixed(String... fields) {
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

}
