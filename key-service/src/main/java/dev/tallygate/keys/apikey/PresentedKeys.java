package dev.tallygate.keys.apikey;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;
import dev.tallygate.security.Caller;
import dev.tallygate.security.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
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
 * Finds who presents a secret. Only its hash is compared, by the database, and only good
 * keys are found, so that nothing can be learnt from how long it takes.
 */
@Component
public class PresentedKeys {

	private static final String FIND = """
			SELECT k.id, k.user_id, k.key_type, k.expires_at, k.allowed_models, s.dies_at, u.role
			FROM api_key_secret s JOIN api_key k ON k.id = s.key_id JOIN app_user u ON u.id = k.user_id
			WHERE s.hash = ? AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?)
			  AND (s.dies_at IS NULL OR s.dies_at > ?)""";

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
		Timestamp now = Timestamp.from(this.clock.instant());
		return this.jdbc.sql(FIND).params(TokenHash.of(secret), now, now).query(PresentedKeys::read).optional();
	}

	private static Caller read(ResultSet row, int number) throws SQLException {
		List<String> models = ApiKeyRows.strings(row.getArray("allowed_models"));
		return new Caller(new UserId(row.getObject("user_id", UUID.class)),
				new ApiKeyId(row.getObject("id", UUID.class)), ApiKeyRows.keyType(row.getString("key_type")),
				Role.valueOf(row.getString("role").toUpperCase(Locale.ROOT)),
				(models != null) ? Set.copyOf(models) : null,
				earlier(ApiKeyRows.instant(row, "expires_at"), ApiKeyRows.instant(row, "dies_at")));
	}

	private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		return one.isBefore(other) ? one : other;
	}

}
