package dev.tallygate.gateway.access;

import dev.tallygate.events.Credential;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.gateway.provider.Origin;
import dev.tallygate.security.secret.Secret;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A provider key and the one place it may be sent to, released together by key-service,
 * so that no path can pair a key with another host.
 *
 * @param credential whose key it is
 * @param key the key; null when the provider needs none
 * @param origin the only origin the key may go to
 * @param basePath the path all calls start with, without a trailing slash
 * @param dialect the wire the provider speaks
 * @param credentialId names the key when it is reported; null when there is none
 * @param version the version of that key
 */
public record ProviderAccess(Credential credential, @Nullable Secret key, Origin origin, String basePath,
		Dialect dialect, @Nullable UUID credentialId, long version) {

	/** Access at a base URL, version path included. */
	public static ProviderAccess at(URI baseUrl, Credential credential, @Nullable Secret key, Dialect dialect,
			@Nullable UUID credentialId, long version) {
		String path = (baseUrl.getRawPath() != null) ? baseUrl.getRawPath() : "";
		while (path.endsWith("/")) {
			path = path.substring(0, path.length() - 1);
		}
		return new ProviderAccess(credential, key, Origin.of(baseUrl), path, dialect, credentialId, version);
	}

}
