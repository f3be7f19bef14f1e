package dev.tallygate.gateway.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.access.KeyWatcher;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What users set for all their calls.
 */
class SettingsStore implements KeyWatcher {

	/** Of at most so many users they are remembered. */
	private static final int MOST_REMEMBERED = 10_000;

	private final JdbcClient jdbc;

	/** What calls found of late. */
	private final Cache<UserId, Optional<String>> recent;

	/**
	 * Settings in this database.
	 * @param remember how long calls take them for what they were
	 */
	SettingsStore(JdbcClient jdbc, Duration remember) {
		this.jdbc = jdbc;
		this.recent = Caffeine.newBuilder()
			.maximumSize(MOST_REMEMBERED)
			.expireAfterWrite(remember)
			.executor(Runnable::run)
			.build();
	}

	/**
	 * The same as {@link #preferredModel} for a call, which does not ask the database
	 * each time.
	 */
	Optional<String> preferredModelOfCall(UserId user) {
		Optional<String> known = this.recent.getIfPresent(user);
		if (known == null) {
			known = preferredModel(user);
			this.recent.put(user, known);
		}
		return known;
	}

	/** The model a user prefers; empty when none. */
	Optional<String> preferredModel(UserId user) {
		return this.jdbc.sql("SELECT preferred_model FROM settings WHERE user_id = ? AND preferred_model IS NOT NULL")
			.param(user.value())
			.query(String.class)
			.optional();
	}

	/** Sets the model a user prefers; null clears it. */
	void prefer(UserId user, @Nullable String model) {
		this.jdbc.sql("""
				INSERT INTO settings (user_id, preferred_model, updated_at) VALUES (?, ?, now())
				ON CONFLICT (user_id)
				DO UPDATE SET preferred_model = EXCLUDED.preferred_model, updated_at = EXCLUDED.updated_at""")
			.param(user.value())
			.param(model)
			.update();
		this.recent.invalidate(user);
	}

	@Override
	public void deleted(UserId user) {
		this.jdbc.sql("DELETE FROM settings WHERE user_id = ?").param(user.value()).update();
		this.recent.invalidate(user);
	}

}
