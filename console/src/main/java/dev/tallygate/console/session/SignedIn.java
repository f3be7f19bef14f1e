package dev.tallygate.console.session;

import dev.tallygate.security.secret.Secret;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A signed-in person. The key leaves this object only towards the services.
 *
 * @param name what to call the person
 * @param email the address, where one is known
 * @param admin whether the key has the administrator's role
 * @param key the API key the person signed in with
 * @param since when the person signed in
 */
public record SignedIn(String name, @Nullable String email, boolean admin, Secret key, Instant since) {

	@Override
	public String toString() {
		return this.name;
	}

}
