package dev.tallygate.keys.introspection;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The OIDC issuer of people, if any.
 *
 * @param issuerUri the issuer
 * @param clientId whom tokens must be for, as audience or authorized party; null for
 * anyone
 */
@ConfigurationProperties("tallygate.oidc")
record OidcProperties(@Nullable String issuerUri, @Nullable String clientId) {

}
