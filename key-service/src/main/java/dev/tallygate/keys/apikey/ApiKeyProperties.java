package dev.tallygate.keys.apikey;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of API keys.
 *
 * @param defaultOverlap how long a rotated secret stays valid when the caller does not
 * say
 * @param maxOverlap how long at most
 * @param maxPerUser how many keys a user may have that are not revoked
 */
@ConfigurationProperties("tallygate.api-keys")
record ApiKeyProperties(@DefaultValue("0s") Duration defaultOverlap, @DefaultValue("7d") Duration maxOverlap,
		@DefaultValue("200") int maxPerUser) {

}
