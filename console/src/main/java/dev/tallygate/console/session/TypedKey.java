package dev.tallygate.console.session;

import dev.tallygate.security.secret.Secret;

/**
 * The API key a person typed to sign in.
 */
record TypedKey(Secret current) implements Credential {

}
