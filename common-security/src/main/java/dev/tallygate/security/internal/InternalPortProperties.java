package dev.tallygate.security.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The internal port.
 *
 * @param port the TCP port; 0 for any free one
 * @param maxConnections how many connections it holds at most
 * @param maxBodyBytes the largest form it reads, in bytes
 * @param ssl TLS, off by default
 * @param proofs how callers are checked whose secret this service does not know
 */
@ConfigurationProperties("tallygate.internal")
record InternalPortProperties(int port, @DefaultValue("512") int maxConnections,
		@DefaultValue("65536") int maxBodyBytes, @DefaultValue TlsProperties ssl,
		@DefaultValue ProofProperties proofs) {

	/**
	 * Asking key-service who calls.
	 *
	 * @param life how long an answer is good
	 * @param lifeUnasked how long it is good while key-service does not answer
	 * @param connectTimeout limit of connecting
	 * @param requestTimeout limit of a whole question
	 */
	record ProofProperties(@DefaultValue("60s") Duration life, @DefaultValue("15m") Duration lifeUnasked,
			@DefaultValue("1s") Duration connectTimeout, @DefaultValue("2s") Duration requestTimeout) {

	}

	/**
	 * TLS on the internal port.
	 *
	 * @param bundle the name of the SSL bundle with the server's certificate and the
	 * authority of the callers' ones; null for none, plain HTTP
	 * @param clientUri the URI that a caller's certificate names; {@code {service}}
	 * stands for the service's name
	 */
	record TlsProperties(@Nullable String bundle, @DefaultValue("tallygate://service/{service}") String clientUri) {

		TlsProperties {
			if (!clientUri.contains("{service}")) {
				throw new IllegalArgumentException("tallygate.internal.ssl.client-uri must contain {service}");
			}
		}

		@Nullable InternalTls tls() {
			return (this.bundle != null) ? new InternalTls(this.clientUri) : null;
		}

	}

}
