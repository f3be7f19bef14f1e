package dev.tallygate.keys.user;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A person as an OIDC issuer knows it.
 *
 * @param issuer the issuer
 * @param name the {@code sub} claim
 */
public record Subject(String issuer, String name) {

	byte[] hash() {
		try {
			return MessageDigest.getInstance("SHA-256")
				.digest((this.issuer.length() + ":" + this.issuer + this.name).getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has SHA-256", ex);
		}
	}

}
