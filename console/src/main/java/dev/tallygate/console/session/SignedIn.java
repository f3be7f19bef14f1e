package dev.tallygate.console.session;

import dev.tallygate.security.secret.Secret;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A signed-in person. What is presented to the services leaves this object only towards
 * them.
 *
 * @param id who it is, as key-service knows the person
 * @param name what to call the person
 * @param email the address, where one is known
 * @param admin whether the person has the administrator's role
 * @param credential what the person signed in with
 * @param since when the person signed in
 */
public record SignedIn(String id, String name, @Nullable String email, boolean admin, Credential credential,
		Instant since) {

	/** What to present to a service now. */
	public Secret key() {
		return this.credential.current();
	}

	/** Whether the person signed in with an API key, and not at an issuer. */
	public boolean withKey() {
		return this.credential instanceof TypedKey;
	}

	@Override
	public String toString() {
		return this.name;
	}

}
