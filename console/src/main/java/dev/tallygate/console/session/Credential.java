package dev.tallygate.console.session;

import dev.tallygate.security.secret.Secret;

/**
 * What a person's session presents to the services: an API key, or a token of the OIDC
 * issuer, which is replaced before it ends.
 */
@FunctionalInterface
public interface Credential {

	/**
	 * What to present now.
	 * @throws dev.tallygate.console.services.KeyNotAcceptedException when the issuer
	 * gives no more of them
	 */
	Secret current();

}
