package dev.tallygate.security.caller;

import dev.tallygate.security.internal.ServiceClients;
import java.net.URI;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

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
			ServiceClients clients, IntrospectionProperties limits) {
		return new CachedIntrospection(new RemoteIntrospection(
				clients.keyService(internalUrl, limits.connectTimeout(), limits.requestTimeout())), limits);
	}

}
