package dev.tallygate.keys.apikey;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.tallygate.events.ApiKeyEvent;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.Tags;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.NewestFirst;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key that Tallygate handed out, as anyone may see it.
 *
 * @param id survives rotation
 * @param userId its owner
 * @param name unique among the owner's keys that are not revoked
 * @param keyPrefix the first 12 characters of the current secret
 * @param keyType what it is for
 * @param createdAt when it was issued
 * @param expiresAt when it dies by itself; null for never
 * @param lastUsedAt when the last call known of was made with it
 * @param revokedAt when it was revoked; null while it is not
 * @param allowedModels the only models it may use, by name or pattern; null for all
 * @param tags what calls with it are counted under
 * @param version grows with every change
 */
public record ApiKey(ApiKeyId id, @JsonIgnore UserId userId, String name, String keyPrefix, KeyType keyType,
		Instant createdAt, @Nullable Instant expiresAt, @Nullable Instant lastUsedAt, @Nullable Instant revokedAt,
		@Nullable List<String> allowedModels, Tags tags, @JsonIgnore long version) {

	ApiKey rotated(String newPrefix) {
		return new ApiKey(this.id, this.userId, this.name, newPrefix, this.keyType, this.createdAt, this.expiresAt,
				this.lastUsedAt, this.revokedAt, this.allowedModels, this.tags, this.version + 1);
	}

	ApiKey with(String newName, @Nullable Instant newEnd, @Nullable List<String> newModels, Tags newTags) {
		return new ApiKey(this.id, this.userId, newName, this.keyPrefix, this.keyType, this.createdAt, newEnd,
				this.lastUsedAt, this.revokedAt, newModels, newTags, this.version + 1);
	}

	/** The same, with something changed that only its secrets show. */
	ApiKey touched() {
		return rotated(this.keyPrefix);
	}

	ApiKey revoked(Instant at) {
		return new ApiKey(this.id, this.userId, this.name, this.keyPrefix, this.keyType, this.createdAt, this.expiresAt,
				this.lastUsedAt, at, this.allowedModels, this.tags, this.version + 1);
	}

	/** The same, no more revoked; for the operator's configured key alone. */
	ApiKey reinstated() {
		return new ApiKey(this.id, this.userId, this.name, this.keyPrefix, this.keyType, this.createdAt, this.expiresAt,
				this.lastUsedAt, null, this.allowedModels, this.tags, this.version + 1);
	}

	/** What it is called and may do, for the audit log. */
	Map<String, Object> terms() {
		Map<String, Object> terms = new LinkedHashMap<>();
		terms.put("name", this.name);
		terms.put("keyType", this.keyType);
		terms.put("expiresAt", (this.expiresAt != null) ? this.expiresAt.toString() : "never");
		terms.put("allowedModels", (this.allowedModels != null) ? this.allowedModels : "all");
		terms.put("tags", this.tags);
		return terms;
	}

	ApiKeyEvent.Issued issued() {
		return new ApiKeyEvent.Issued(this.id, this.userId, this.name, this.keyPrefix, this.keyType, this.createdAt,
				this.expiresAt, this.revokedAt, this.version);
	}

	ApiKeyEvent.Changed changed() {
		return new ApiKeyEvent.Changed(this.id, this.userId, this.name, this.keyPrefix, this.keyType, this.createdAt,
				this.expiresAt, this.revokedAt, this.version);
	}

	ApiKeyEvent.Revoked revokedEvent() {
		return new ApiKeyEvent.Revoked(this.id, this.userId, this.name, this.keyPrefix, this.keyType, this.createdAt,
				this.expiresAt, this.revokedAt, this.version);
	}

	Cursor cursor() {
		return NewestFirst.after(this.createdAt, this.id);
	}

}
