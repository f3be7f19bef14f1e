package dev.tallygate.keys.user;

import dev.tallygate.security.caller.Role;
import dev.tallygate.security.caller.Tags;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a token of an OIDC issuer says of a person.
 *
 * @param issuedAt when the token was issued
 * @param expiresAt when it dies
 * @param email verified by the issuer; null when there is none
 * @param displayName as the issuer knows it
 * @param role by its claims; null where roles are given here
 * @param tags by its claims
 */
public record Claims(Instant issuedAt, Instant expiresAt, @Nullable String email, @Nullable String displayName,
		@Nullable Role role, Tags tags) {

}
