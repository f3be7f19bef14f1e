package dev.tallygate.security.internal;

import dev.tallygate.security.internal.ServiceClient.Called;
import dev.tallygate.security.trace.Tracing;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;

/**
 * Makes the clients with which this service calls others, and with what it authenticates
 * at each.
 */
public final class ServiceClients {

	private final @Nullable String bundle;

	private final ServiceCredentials credentials;

	private final @Nullable SslBundles bundles;

	private final Tracing tracing;

	ServiceClients(ServiceProperties properties, ServiceCredentials credentials, @Nullable SslBundles bundles,
			Tracing tracing) {
		this.bundle = properties.sslBundle();
		this.credentials = credentials;
		this.bundles = bundles;
		this.tracing = tracing;
	}

	/**
	 * A client for key-service, which knows every service's secret and so is shown this
	 * one's.
	 * @param internalUrl where its internal port is
	 * @param connectTimeout limit of connecting without TLS; with it, there is only that
	 * of a request
	 * @param requestTimeout limit of a whole request
	 * @throws IllegalStateException when a certificate is configured and the URL is not
	 * one of https
	 */
	public ServiceClient keyService(URI internalUrl, Duration connectTimeout, Duration requestTimeout) {
		return client(new Called("key-service", internalUrl, this.credentials.authorization(), connectTimeout,
				requestTimeout));
	}

	/**
	 * A client for budget-service, which is shown a proof that is good there alone.
	 * @param internalUrl where its internal port is
	 * @param connectTimeout limit of connecting without TLS; with it, there is only that
	 * of a request
	 * @param requestTimeout limit of a whole request
	 * @throws IllegalStateException when a certificate is configured and the URL is not
	 * one of https
	 */
	public ServiceClient budgetService(URI internalUrl, Duration connectTimeout, Duration requestTimeout) {
		return client(new Called("budget-service", internalUrl, this.credentials.authorizationAt("budget"),
				connectTimeout, requestTimeout));
	}

	private ServiceClient client(Called called) {
		if (this.bundle == null) {
			return new ServiceClient(called, null, this.tracing);
		}
		called.requireTls();
		SslBundles known = InternalTls.require(this.bundles);
		ServiceClient client = new ServiceClient(called, known.getBundle(this.bundle), this.tracing);
		// Boot reloads servers only.
		known.addBundleUpdateHandler(this.bundle, client::renew);
		return client;
	}

}
