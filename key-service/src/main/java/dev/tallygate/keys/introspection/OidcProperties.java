package dev.tallygate.keys.introspection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The OIDC issuer of people, if any.
 *
 * @param issuerUri the issuer
 * @param clientId whom tokens must be for, as audience or authorized party; null for
 * anyone
 * @param connectTimeout limit of connecting to the issuer
 * @param readTimeout limit of each wait for its answer
 */
@ConfigurationProperties("tallygate.oidc")
record OidcProperties(@Nullable String issuerUri, @Nullable String clientId,
		@DefaultValue("2s") Duration connectTimeout, @DefaultValue("3s") Duration readTimeout) {

}
