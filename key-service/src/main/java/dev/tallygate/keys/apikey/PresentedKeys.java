package dev.tallygate.keys.apikey;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.caller.Tags;
import dev.tallygate.security.secret.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds who presents a secret. Only its hash is compared, by the database. One row comes
 * back whatever the hash is: that of its key or, where there is none, that of the
 * bootstrap administrator's, without a role. So refusing takes the same way, and as long,
 * for a secret that is unknown, revoked, replaced or expired.
 */
@Component
public class PresentedKeys {

	private static final String FIND = """
			SELECT k.id, k.user_id, k.key_type, k.revoked_at, k.expires_at, k.allowed_models, k.tags, s.dies_at,
			    CASE WHEN s.hash = presented.hash THEN u.role END AS role
			FROM (VALUES (?::bytea)) presented (hash) LEFT JOIN api_key_secret s ON s.hash = presented.hash
			JOIN api_key k ON k.id = coalesce(s.key_id, ?) JOIN app_user u ON u.id = k.user_id""";

	private static final UUID STAND_IN = Owners.BOOTSTRAP_ADMIN.value();

	private final JdbcClient jdbc;

	private final Clock clock;

	PresentedKeys(JdbcClient jdbc, Clock clock) {
		this.jdbc = jdbc;
		this.clock = clock;
	}

	/**
	 * The owner of a good key.
	 */
	public Optional<Caller> find(String secret) {
		return this.jdbc.sql(FIND)
			.params(Sha256.of(secret), STAND_IN)
			.query(PresentedKeys::read)
			.optional()
			.flatMap((found) -> found.caller(this.clock.instant()));
	}

	private static Presented read(ResultSet row, int number) throws SQLException {
		return new Presented(new UserId(row.getObject("user_id", UUID.class)),
				new ApiKeyId(row.getObject("id", UUID.class)), ApiKeyRows.keyType(row.getString("key_type")),
				row.getString("role"), ApiKeyRows.strings(row.getArray("allowed_models")),
				ApiKeyRows.instant(row, "revoked_at"), ApiKeyRows.instant(row, "expires_at"),
				ApiKeyRows.instant(row, "dies_at"), ApiKeyRows.TAGS.read(row.getString("tags")));
	}

	/**
	 * What was found for a presented secret.
	 *
	 * @param userId the owner of the key
	 * @param id the key
	 * @param type its type
	 * @param role the owner's role; null when the secret is of no key, and this one only
	 * stands in
	 * @param allowedModels the only models it may use; null for all
	 * @param revokedAt when it was revoked
	 * @param expiresAt when it dies by itself
	 * @param diesAt when this secret of it does, which was replaced
	 * @param tags what calls with it are counted under
	 */
	record Presented(UserId userId, ApiKeyId id, KeyType type, @Nullable String role,
			@Nullable List<String> allowedModels, @Nullable Instant revokedAt, @Nullable Instant expiresAt,
			@Nullable Instant diesAt, Tags tags) {

		Optional<Caller> caller(Instant now) {
			Instant end = earlier(this.expiresAt, this.diesAt);
			if (this.role == null || this.revokedAt != null || (end != null && !end.isAfter(now))) {
				return Optional.empty();
			}
			return Optional
				.of(new Caller(this.userId, this.id, this.type, Role.valueOf(this.role.toUpperCase(Locale.ROOT)),
						(this.allowedModels != null) ? Set.copyOf(this.allowedModels) : null, end, this.tags));
		}

		private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
			if (one == null || other == null) {
				return (one != null) ? one : other;
			}
			return one.isBefore(other) ? one : other;
		}

	}

}
