package dev.tallygate.keys.apikey;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.keys.owner.Params;
import dev.tallygate.security.paging.NewestFirst;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The tables {@code api_key} and {@code api_key_secret}.
 */
@Component
class ApiKeyRows {

	static final TagsColumn TAGS = new TagsColumn();

	private final JdbcClient jdbc;

	ApiKeyRows(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** Adds a key; false when the owner has one of that name. */
	boolean insert(ApiKey key) {
		return this.jdbc
			.sql("""
					INSERT INTO api_key (id, user_id, name, key_type, key_prefix, created_at, expires_at, allowed_models, tags,
					    version)
					VALUES (?, ?, ?, ?, ?, ?, ?, ?::text[], ?::jsonb, ?)
					ON CONFLICT (user_id, name) WHERE revoked_at IS NULL DO NOTHING""")
			.params(Params.of(key.id().value(), key.userId().value(), key.name(), wireName(key.keyType()),
					key.keyPrefix(), timestamp(key.createdAt()), timestamp(key.expiresAt()), array(key.allowedModels()),
					TAGS.write(key.tags()), key.version()))
			.update() == 1;
	}

	/**
	 * Changes a key's fields; throws a duplicate key exception when the owner has one of
	 * that name.
	 */
	void update(ApiKey key) {
		this.jdbc.sql("""
				UPDATE api_key SET name = ?, key_prefix = ?, expires_at = ?, revoked_at = ?, allowed_models = ?::text[],
				    tags = ?::jsonb, version = ?
				WHERE id = ?""")
			.params(Params.of(key.name(), key.keyPrefix(), timestamp(key.expiresAt()), timestamp(key.revokedAt()),
					array(key.allowedModels()), TAGS.write(key.tags()), key.version(), key.id().value()))
			.update();
	}

	void insertSecret(ApiKey key, byte[] hash, Instant now) {
		this.jdbc.sql("INSERT INTO api_key_secret (hash, key_id, id, key_prefix, created_at) VALUES (?, ?, ?, ?, ?)")
			.params(Params.of(hash, key.id().value(), UuidV7.next(), key.keyPrefix(), timestamp(now)))
			.update();
	}

	/** The secrets that may still be presented, newest first. */
	List<LiveSecret> secrets(ApiKeyId key, Instant now, @Nullable NewestFirst before, int limit) {
		NewestFirst from = (before != null) ? before : NewestFirst.BEGINNING;
		return this.jdbc.sql("""
				SELECT * FROM api_key_secret WHERE key_id = :key AND (dies_at IS NULL OR dies_at > :now)
				    AND (created_at, id) < (CAST(:at AS timestamptz), CAST(:id AS uuid))
				ORDER BY created_at DESC, id DESC LIMIT :limit""")
			.param("key", key.value())
			.param("now", timestamp(now))
			.param("at", from.createdAt().toString())
			.param("id", from.id())
			.param("limit", limit)
			.query(ApiKeyRows::readSecret)
			.list();
	}

	/** One of them. */
	Optional<LiveSecret> secret(ApiKeyId key, UUID id, Instant now) {
		return this.jdbc
			.sql("SELECT * FROM api_key_secret WHERE key_id = ? AND id = ? AND (dies_at IS NULL OR dies_at > ?)")
			.params(Params.of(key.value(), id, timestamp(now)))
			.query(ApiKeyRows::readSecret)
			.optional();
	}

	private static LiveSecret readSecret(ResultSet row, int number) throws SQLException {
		Instant diesAt = instant(row, "dies_at");
		return new LiveSecret(row.getObject("id", UUID.class), row.getString("key_prefix"),
				row.getTimestamp("created_at").toInstant(), diesAt, diesAt == null);
	}

	void removeSecret(UUID id) {
		this.jdbc.sql("DELETE FROM api_key_secret WHERE id = ?").param(id).update();
	}

	/** Remembers the secrets of a key as never to come back. */
	void spend(ApiKeyId key) {
		this.jdbc.sql("""
				INSERT INTO spent_secret (hash) SELECT hash FROM api_key_secret WHERE key_id = ?
				ON CONFLICT DO NOTHING""").param(key.value()).update();
	}

	boolean isSpent(byte[] hash) {
		return this.jdbc.sql("SELECT count(*) FROM spent_secret WHERE hash = ?")
			.param(hash)
			.query(Integer.class)
			.single() == 1;
	}

	/** Whether the owner has a key of that name that is not revoked. */
	boolean hasName(UserId user, String name) {
		return this.jdbc.sql("SELECT count(*) FROM api_key WHERE user_id = ? AND name = ? AND revoked_at IS NULL")
			.params(Params.of(user.value(), name))
			.query(Integer.class)
			.single() == 1;
	}

	boolean hasSecret(ApiKeyId key, byte[] hash) {
		return this.jdbc.sql("SELECT count(*) FROM api_key_secret WHERE key_id = ? AND hash = ?")
			.params(Params.of(key.value(), hash))
			.query(Integer.class)
			.single() == 1;
	}

	/** Lets the current secret die at {@code at}, and removes the dead. */
	void retireSecrets(ApiKeyId key, Instant at, Instant now) {
		this.jdbc.sql("UPDATE api_key_secret SET dies_at = ? WHERE key_id = ? AND (dies_at IS NULL OR dies_at > ?)")
			.params(Params.of(timestamp(at), key.value(), timestamp(at)))
			.update();
		this.jdbc.sql("DELETE FROM api_key_secret WHERE key_id = ? AND dies_at <= ?")
			.params(Params.of(key.value(), timestamp(now)))
			.update();
	}

	void removeSecrets(ApiKeyId key) {
		this.jdbc.sql("DELETE FROM api_key_secret WHERE key_id = ?").param(key.value()).update();
	}

	void removeAll(UserId user) {
		this.jdbc.sql("DELETE FROM api_key WHERE user_id = ?").param(user.value()).update();
	}

	Optional<ApiKey> find(UserId user, ApiKeyId key) {
		return this.jdbc.sql("SELECT * FROM api_key WHERE user_id = ? AND id = ?")
			.params(Params.of(user.value(), key.value()))
			.query(ApiKeyRows::read)
			.optional();
	}

	int countUnrevoked(UserId user) {
		return this.jdbc.sql("SELECT count(*) FROM api_key WHERE user_id = ? AND revoked_at IS NULL")
			.param(user.value())
			.query(Integer.class)
			.single();
	}

	List<ApiKey> all(UserId user) {
		return this.jdbc.sql("SELECT * FROM api_key WHERE user_id = ?")
			.param(user.value())
			.query(ApiKeyRows::read)
			.list();
	}

	/** Newest first. */
	List<ApiKey> page(UserId user, @Nullable NewestFirst before, int limit) {
		NewestFirst from = (before != null) ? before : NewestFirst.BEGINNING;
		return this.jdbc.sql("""
				SELECT * FROM api_key
				WHERE user_id = :user AND (created_at, id) < (CAST(:at AS timestamptz), CAST(:id AS uuid))
				ORDER BY created_at DESC, id DESC LIMIT :limit""")
			.param("user", user.value())
			.param("at", from.createdAt().toString())
			.param("id", from.id())
			.param("limit", limit)
			.query(ApiKeyRows::read)
			.list();
	}

	/** Keeps the latest use of each key. */
	void used(Map<UUID, Instant> lastUses) {
		this.jdbc.sql("""
				UPDATE api_key SET last_used_at = used.at
				FROM unnest(?::uuid[], ?::timestamptz[]) AS used (id, at)
				WHERE api_key.id = used.id AND (last_used_at IS NULL OR last_used_at < used.at)""")
			.params(Params.of(lastUses.keySet().stream().sorted().toArray(UUID[]::new),
					lastUses.entrySet()
						.stream()
						.sorted(Map.Entry.comparingByKey())
						.map((use) -> use.getValue().toString())
						.toArray(String[]::new)))
			.update();
	}

	static ApiKey read(ResultSet row, int number) throws SQLException {
		return new ApiKey(new ApiKeyId(row.getObject("id", UUID.class)),
				new UserId(row.getObject("user_id", UUID.class)), row.getString("name"), row.getString("key_prefix"),
				keyType(row.getString("key_type")), row.getTimestamp("created_at").toInstant(),
				instant(row, "expires_at"), instant(row, "last_used_at"), instant(row, "revoked_at"),
				strings(row.getArray("allowed_models")), TAGS.read(row.getString("tags")), row.getLong("version"));
	}

	static KeyType keyType(String wireName) {
		return KeyType.valueOf(wireName.toUpperCase(Locale.ROOT));
	}

	private static String wireName(KeyType type) {
		return type.name().toLowerCase(Locale.ROOT);
	}

	static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		Timestamp timestamp = row.getTimestamp(column);
		return (timestamp != null) ? timestamp.toInstant() : null;
	}

	private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
		return (instant != null) ? Timestamp.from(instant) : null;
	}

	private static String @Nullable [] array(@Nullable List<String> strings) {
		return (strings != null) ? strings.toArray(String[]::new) : null;
	}

	static @Nullable List<String> strings(@Nullable Array array) throws SQLException {
		return (array != null && array.getArray() instanceof String[] strings) ? List.of(strings) : null;
	}

}
