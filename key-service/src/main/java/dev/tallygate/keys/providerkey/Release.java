package dev.tallygate.keys.providerkey;

import dev.tallygate.events.Credential;
import dev.tallygate.keys.provider.Dialect;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A secret and the one place it may be sent to, released as one.
 *
 * @param credential whose it is
 * @param apiKey the secret; null where none is needed
 * @param baseUrl where it may be sent
 * @param dialect the wire spoken there
 * @param credentialId the record, to report it by
 * @param version of the secret
 * @param expiresInSeconds how long it may be kept
 */
record Release(Credential credential, @Nullable String apiKey, URI baseUrl, Dialect dialect,
		@Nullable UUID credentialId, @Nullable Integer version, long expiresInSeconds) {

	@Override
	public String toString() {
		return "Release[credential=" + this.credential + ", credentialId=" + this.credentialId + "]";
	}

}
