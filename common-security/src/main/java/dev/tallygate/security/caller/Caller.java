package dev.tallygate.security.caller;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling.
 *
 * @param userId the user
 * @param apiKeyId the presented API key; null for a caller with a JWT
 * @param keyType the kind of that key; null for a caller with a JWT
 * @param role what the user may do
 * @param allowedModels the only models this key may use; null for all
 * @param expiresAt when the presented token dies by itself; null for never
 */
public record Caller(UserId userId, @Nullable ApiKeyId apiKeyId, @Nullable KeyType keyType, Role role,
		@Nullable Set<String> allowedModels, @Nullable Instant expiresAt) {

	public Caller {
		allowedModels = (allowedModels != null) ? Set.copyOf(allowedModels) : null;
	}

	/**
	 * Whether the caller may act on {@code user}: on itself, and an administrator on
	 * anyone.
	 */
	public boolean mayActOn(UserId user) {
		return isAdmin() || this.userId.equals(user);
	}

	/**
	 * Whether the caller is an administrator.
	 */
	public boolean isAdmin() {
		return this.role == Role.ADMIN;
	}

	boolean isCurrentAt(Instant now) {
		return this.expiresAt == null || now.isBefore(this.expiresAt);
	}

}
