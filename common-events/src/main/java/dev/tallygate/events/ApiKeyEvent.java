package dev.tallygate.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of an API key. Never carries a secret or hash.
 */
public sealed interface ApiKeyEvent extends EventData {

	/** The key; also the record key on the topic. */
	ApiKeyId keyId();

	/** Its name, unique among its owner's keys. */
	String name();

	/** The first 12 characters of its current secret. */
	String keyPrefix();

	/** What it is for. */
	KeyType keyType();

	/** When it was issued. */
	Instant createdAt();

	/** When it dies by itself; null for never. */
	@Nullable Instant expiresAt();

	/** When it was revoked; null while it is not. */
	@Nullable Instant revokedAt();

	/** Grows with every change of this key. */
	long version();

	/** Handed out for the first time. */
	record Issued(ApiKeyId keyId, UserId userId, String name, String keyPrefix, KeyType keyType, Instant createdAt,
			@Nullable Instant expiresAt, @Nullable Instant revokedAt, long version) implements ApiKeyEvent {

	}

	/** Rotated, or something about it changed. */
	record Changed(ApiKeyId keyId, UserId userId, String name, String keyPrefix, KeyType keyType, Instant createdAt,
			@Nullable Instant expiresAt, @Nullable Instant revokedAt, long version) implements ApiKeyEvent {

	}

	/** Revoked; never valid again. */
	record Revoked(ApiKeyId keyId, UserId userId, String name, String keyPrefix, KeyType keyType, Instant createdAt,
			@Nullable Instant expiresAt, @Nullable Instant revokedAt, long version) implements ApiKeyEvent {

	}

}
