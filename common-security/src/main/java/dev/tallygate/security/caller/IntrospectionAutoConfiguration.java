package dev.tallygate.security.caller;

import dev.tallygate.security.internal.ServiceClient;
import dev.tallygate.security.internal.ServiceClients;
import dev.tallygate.security.internal.ServiceCredentials;
import dev.tallygate.security.internal.UnansweredException;
import java.net.URI;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;

/**
 * Asks key-service who presents a token, unless the service has an {@link Introspection}
 * of its own.
 */
@AutoConfiguration(afterName = "dev.tallygate.security.internal.ServiceAutoConfiguration")
@EnableConfigurationProperties(IntrospectionProperties.class)
class IntrospectionAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(Introspection.class)
	@ConditionalOnProperty("tallygate.keys.internal-url")
	CachedIntrospection cachedIntrospection(@Value("${tallygate.keys.internal-url}") URI internalUrl,
			ServiceClients clients, ServiceCredentials credentials, IntrospectionProperties limits) {
		ServiceClient keyService = clients.keyService(internalUrl, limits.connectTimeout(), limits.requestTimeout());
		refuseAWrongSecret(keyService, credentials);
		return new CachedIntrospection(new RemoteIntrospection(keyService), limits);
	}

	/**
	 * A service that key-service does not know by its secret could answer nobody. While
	 * key-service is away nothing is known of it, and the service starts.
	 */
	private static void refuseAWrongSecret(ServiceClient keyService, ServiceCredentials credentials) {
		try {
			if (keyService.get("/internal/providers").status() == HttpStatus.UNAUTHORIZED.value()) {
				throw credentials.unknown();
			}
		}
		catch (UnansweredException ex) {
			// Says so itself as soon as somebody is to be looked up.
		}
	}

}
