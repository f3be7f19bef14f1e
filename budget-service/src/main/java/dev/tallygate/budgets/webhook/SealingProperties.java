package dev.tallygate.budgets.webhook;

import dev.tallygate.security.secret.Secret;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What the secrets of webhooks are sealed under.
 *
 * @param key {@code id:64 hex digits}, comma-separated, the first encrypts; needed as
 * soon as there is a webhook
 */
@ConfigurationProperties("tallygate.webhooks")
record SealingProperties(@Nullable Secret key) {

}
