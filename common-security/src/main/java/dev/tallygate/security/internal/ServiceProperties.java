package dev.tallygate.security.internal;

import dev.tallygate.security.secret.Secret;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The service-to-service credentials this process has, from
 * {@code TALLYGATE_SERVICE_SECRET_<SERVICE>}.
 *
 * @param name what this service calls itself, such as {@code gateway}
 * @param sslBundle the SSL bundle with the certificate that this service presents to
 * others; null for plain HTTP
 * @param secret per service its secret; a service that only calls has just its own
 */
@ConfigurationProperties("tallygate.service")
public record ServiceProperties(@Nullable String name, @Nullable String sslBundle,
		@DefaultValue Map<String, Secret> secret) {

	public ServiceProperties {
		secret = Map.copyOf(secret);
	}

}
