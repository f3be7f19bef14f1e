package dev.tallygate.security;

import java.net.URI;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.beans.factory.annotation.Value;

/**
 * Asks key-service who presents a token, unless the service has an {@link Introspection}
 * of its own.
 */
@AutoConfiguration
@EnableConfigurationProperties({ IntrospectionProperties.class, ServiceProperties.class })
class IntrospectionAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ServiceCredentials serviceCredentials(ServiceProperties properties) {
		return new ServiceCredentials(properties);
	}

	@Bean
	@ConditionalOnMissingBean
	ServiceClients serviceClients(ServiceProperties properties, ObjectProvider<SslBundles> bundles) {
		return new ServiceClients(properties, bundles.getIfAvailable());
	}

	@Bean
	@ConditionalOnMissingBean(Introspection.class)
	@ConditionalOnProperty("tallygate.keys.internal-url")
	CachedIntrospection cachedIntrospection(@Value("${tallygate.keys.internal-url}") URI internalUrl,
			ServiceCredentials credentials, ServiceClients clients, IntrospectionProperties limits) {
		return new CachedIntrospection(new RemoteIntrospection(internalUrl, credentials,
				clients.client(internalUrl, limits.connectTimeout()), limits.requestTimeout()), limits);
	}

}
