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
 * @param modelsConnectTimeout how long to try to reach the gateway, which knows what
 * models there are
 * @param modelsTimeout how long whoever makes or changes a key waits for it altogether;
 * then only what names no configured provider is told to be unknown
 */
@ConfigurationProperties("tallygate.api-keys")
record ApiKeyProperties(@DefaultValue("0s") Duration defaultOverlap, @DefaultValue("7d") Duration maxOverlap,
		@DefaultValue("200") int maxPerUser, @DefaultValue("500ms") Duration modelsConnectTimeout,
		@DefaultValue("1s") Duration modelsTimeout) {

}
