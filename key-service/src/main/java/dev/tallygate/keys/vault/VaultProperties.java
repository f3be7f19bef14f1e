package dev.tallygate.keys.vault;

import dev.tallygate.security.secret.Secret;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The master keys.
 *
 * @param masterKey {@code id:64 hex digits}, comma-separated, the first encrypts
 */
@ConfigurationProperties("tallygate")
record VaultProperties(@Nullable Secret masterKey) {

}
