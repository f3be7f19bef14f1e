package dev.tallygate.security.internal;

import dev.tallygate.security.trace.Tracing;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;

/**
 * Makes the clients with which this service calls others.
 */
public final class ServiceClients {

	private final @Nullable String bundle;

	private final @Nullable SslBundles bundles;

	private final Tracing tracing;

	ServiceClients(ServiceProperties properties, @Nullable SslBundles bundles, Tracing tracing) {
		this.bundle = properties.sslBundle();
		this.bundles = bundles;
		this.tracing = tracing;
	}

	/**
	 * A client for one service.
	 * @param internalUrl where its internal port is
	 * @param connectTimeout limit of connecting without TLS; with it, there is only that
	 * of a request
	 * @throws IllegalStateException when a certificate is configured and the URL is not
	 * one of https
	 */
	public ServiceClient client(URI internalUrl, Duration connectTimeout) {
		if (this.bundle == null) {
			return new ServiceClient(connectTimeout, null, this.tracing);
		}
		ServiceClient.requireTls(internalUrl);
		SslBundles known = InternalTls.require(this.bundles);
		ServiceClient client = new ServiceClient(connectTimeout, known.getBundle(this.bundle), this.tracing);
		// Boot reloads servers only.
		known.addBundleUpdateHandler(this.bundle, client::renew);
		return client;
	}

}
