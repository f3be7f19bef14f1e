package dev.tallygate.console.session;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The OIDC issuer of people, if any.
 *
 * @param issuerUri the issuer; null where people sign in with API keys alone
 * @param clientId what the console is called there
 * @param clientSecret what it shows there; null for a public client
 * @param scopes what is asked for; {@code openid} is always
 * @param refreshAhead how long before its end a token is replaced
 */
@ConfigurationProperties("tallygate.oidc")
record OidcProperties(@Nullable String issuerUri, @DefaultValue("tallygate") String clientId,
		@Nullable String clientSecret, @DefaultValue( {
				"openid", "profile", "email" }) Set<String> scopes,
		@DefaultValue("60s") Duration refreshAhead){

	/** Never shows the secret. */
	@Override
	public String toString() {
		return "OidcProperties[issuerUri=" + this.issuerUri + ", clientId=" + this.clientId + "]";
	}

}
