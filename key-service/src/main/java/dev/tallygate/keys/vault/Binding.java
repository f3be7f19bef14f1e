package dev.tallygate.keys.vault;

import dev.tallygate.events.UserId;
import dev.tallygate.security.seal.AesGcm;
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
		return AesGcm.lengthPrefixed(DOMAIN, "payload", this.owner.toString(), this.provider, this.origin,
				this.id.toString(), String.valueOf(this.version), String.valueOf(algorithm));
	}

	/** The associated data of the wrapped data key. */
	byte[] ofWrap(int algorithm, String masterKeyId) {
		return AesGcm.lengthPrefixed(DOMAIN, "wrap", this.owner.toString(), this.provider, this.origin,
				this.id.toString(), String.valueOf(this.version), String.valueOf(algorithm), masterKeyId);
	}

}
