package dev.tallygate.keys.providerkey;

import dev.tallygate.events.UserId;
import dev.tallygate.keys.owner.Params;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The table {@code provider_key}: all about a provider key but the key.
 */
@Component
class ProviderKeyRows {

	private final JdbcClient jdbc;

	ProviderKeyRows(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	Optional<ProviderKey> find(UserId owner, String provider) {
		return this.jdbc.sql("SELECT * FROM provider_key WHERE owner_id = ? AND provider = ?")
			.params(Params.of(owner.value(), provider))
			.query(ProviderKeyRows::read)
			.optional();
	}

	Optional<ProviderKey> find(UUID id) {
		return this.jdbc.sql("SELECT * FROM provider_key WHERE id = ?")
			.param(id)
			.query(ProviderKeyRows::read)
			.optional();
	}

	List<ProviderKey> all(UserId owner) {
		return this.jdbc.sql("SELECT * FROM provider_key WHERE owner_id = ? ORDER BY provider")
			.param(owner.value())
			.query(ProviderKeyRows::read)
			.list();
	}

	void store(ProviderKey key) {
		this.jdbc.sql("""
				INSERT INTO provider_key (id, owner_id, provider, masked_key, is_valid, last_validated_at, created_at,
				    updated_at, version, connection, token_expires_at)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (id) DO UPDATE SET masked_key = excluded.masked_key, is_valid = excluded.is_valid,
				    last_validated_at = excluded.last_validated_at, updated_at = excluded.updated_at,
				    version = excluded.version, connection = excluded.connection,
				    token_expires_at = excluded.token_expires_at""")
			.params(Params.of(key.id(), key.ownerId().value(), key.provider(), key.maskedKey(), key.isValid(),
					timestamp(key.lastValidatedAt()), timestamp(key.createdAt()), timestamp(key.updatedAt()),
					key.version(), (key.connection() != null) ? key.connection().wireName() : null,
					timestamp(key.tokenExpiresAt())))
			.update();
	}

	private static ProviderKey read(ResultSet row, int number) throws SQLException {
		Timestamp validatedAt = row.getTimestamp("last_validated_at");
		return new ProviderKey(row.getObject("id", UUID.class), new UserId(row.getObject("owner_id", UUID.class)),
				row.getString("provider"), row.getString("masked_key"), row.getObject("is_valid", Boolean.class),
				(validatedAt != null) ? validatedAt.toInstant() : null, row.getTimestamp("created_at").toInstant(),
				row.getTimestamp("updated_at").toInstant(), row.getLong("version"),
				connection(row.getString("connection")), instant(row.getTimestamp("token_expires_at")));
	}

	/** Connected accounts whose tokens end before then, soonest first. */
	List<UUID> endingBefore(Instant then, int limit) {
		return this.jdbc.sql("""
				SELECT id FROM provider_key WHERE connection = 'connected' AND token_expires_at <= ?
				ORDER BY token_expires_at, id LIMIT ?""")
			.params(Params.of(timestamp(then), limit))
			.query((row, number) -> row.getObject(1, UUID.class))
			.list();
	}

	private static @Nullable ConnectionState connection(@Nullable String wireName) {
		return (wireName != null) ? ConnectionState.valueOf(wireName.toUpperCase(Locale.ROOT)) : null;
	}

	private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
		return (timestamp != null) ? timestamp.toInstant() : null;
	}

	private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
		return (instant != null) ? Timestamp.from(instant) : null;
	}

}
