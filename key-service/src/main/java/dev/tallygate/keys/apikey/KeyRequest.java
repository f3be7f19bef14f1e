package dev.tallygate.keys.apikey;

import dev.tallygate.events.KeyType;
import dev.tallygate.security.caller.Tags;
import dev.tallygate.security.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wish for a key.
 *
 * @param name 1 to 64 characters, unique among the owner's keys
 * @param keyType what it is for; dev when absent
 * @param expiresAt when it shall die by itself, at most 10 years ahead
 * @param allowedModels the only models it shall be able to use, by name or pattern, at
 * most 100
 * @param tags what calls with it are counted under
 */
record KeyRequest(@Nullable String name, @Nullable KeyType keyType, @Nullable Instant expiresAt,
		@Nullable List<String> allowedModels, @Nullable Tags tags) {

	/** The key that every new user gets. */
	static final KeyRequest DEFAULT = new KeyRequest("default", KeyType.DEV, null, null, null);

	/**
	 * The same in canonical form.
	 * @throws ProblemException a 400 that names the field
	 */
	KeyRequest checked(Instant now) {
		return new KeyRequest(KeyRules.name(this.name), type(), KeyRules.end(this.expiresAt, now),
				KeyRules.models(this.allowedModels), KeyRules.tags(this.tags));
	}

	KeyType type() {
		return (this.keyType != null) ? this.keyType : KeyType.DEV;
	}

}
