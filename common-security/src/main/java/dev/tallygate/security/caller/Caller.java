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
 * @param tags what calls with it are counted under
 */
public record Caller(UserId userId, @Nullable ApiKeyId apiKeyId, @Nullable KeyType keyType, Role role,
		@Nullable Set<String> allowedModels, @Nullable Instant expiresAt, Tags tags) {

	public Caller {
		allowedModels = (allowedModels != null) ? Set.copyOf(allowedModels) : null;
	}

	/**
	 * A caller without tags.
	 */
	public Caller(UserId userId, @Nullable ApiKeyId apiKeyId, @Nullable KeyType keyType, Role role,
			@Nullable Set<String> allowedModels, @Nullable Instant expiresAt) {
		this(userId, apiKeyId, keyType, role, allowedModels, expiresAt, Tags.NONE);
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

	/**
	 * Whether the key may do less than its owner: it is for some models, or dies by
	 * itself. Whoever comes with a JWT is the person, not one of its keys.
	 */
	public boolean isRestricted() {
		return this.apiKeyId != null && (this.allowedModels != null || this.expiresAt != null);
	}

	boolean isCurrentAt(Instant now) {
		return this.expiresAt == null || now.isBefore(this.expiresAt);
	}

}
