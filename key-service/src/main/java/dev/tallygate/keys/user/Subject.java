package dev.tallygate.keys.user;

import dev.tallygate.security.secret.Sha256;

/**
 * A person as an OIDC issuer knows it.
 *
 * @param issuer the issuer
 * @param name the {@code sub} claim
 */
public record Subject(String issuer, String name) {

	byte[] hash() {
		return Sha256.of(this.issuer.length() + ":" + this.issuer + this.name);
	}

}
