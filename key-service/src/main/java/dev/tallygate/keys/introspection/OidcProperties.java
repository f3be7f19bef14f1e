package dev.tallygate.keys.introspection;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The OIDC issuer of people, if any.
 *
 * @param issuerUri the issuer
 * @param clientId whom tokens must be for, as audience or authorized party; null for
 * anyone
 * @param roleClaim the claim that gives roles, such as {@code groups}; null where they
 * are given here
 * @param adminValues which of its values make an administrator
 * @param tags by name of a tag the claim that its value comes from
 * @param connectTimeout limit of connecting to the issuer
 * @param readTimeout limit of each wait for its answer
 */
@ConfigurationProperties("tallygate.oidc")
record OidcProperties(@Nullable String issuerUri, @Nullable String clientId, @Nullable String roleClaim,
		@DefaultValue Set<String> adminValues, @DefaultValue Map<String, String> tags,
		@DefaultValue("2s") Duration connectTimeout, @DefaultValue("3s") Duration readTimeout) {

}
