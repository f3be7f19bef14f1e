package dev.tallygate.keys.providerkey;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Connecting accounts at providers.
 *
 * @param timeout limit of one question at a provider's token endpoint
 * @param attemptLife how long a person may take to agree
 * @param refreshAhead how long before their end tokens are refreshed
 * @param refreshInterval how often it is looked for tokens that end
 * @param maxAttempts how many attempts of a person may be open
 */
@ConfigurationProperties("tallygate.connect")
record ConnectProperties(@DefaultValue("10s") Duration timeout, @DefaultValue("10m") Duration attemptLife,
		@DefaultValue("5m") Duration refreshAhead, @DefaultValue("10s") Duration refreshInterval,
		@DefaultValue("10") int maxAttempts) {

}
