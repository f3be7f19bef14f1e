package dev.tallygate.security.internal;

import dev.tallygate.security.trace.Tracing;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;

/**
 * With what this service calls others.
 */
@AutoConfiguration
@EnableConfigurationProperties(ServiceProperties.class)
class ServiceAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ServiceCredentials serviceCredentials(ServiceProperties properties) {
		return new ServiceCredentials(properties);
	}

	@Bean
	@ConditionalOnMissingBean
	ServiceClients serviceClients(ServiceProperties properties, ServiceCredentials credentials,
			ObjectProvider<SslBundles> bundles, ObjectProvider<Tracing> tracing) {
		return new ServiceClients(properties, credentials, bundles.getIfAvailable(),
				tracing.getIfAvailable(Tracing::off));
	}

}
