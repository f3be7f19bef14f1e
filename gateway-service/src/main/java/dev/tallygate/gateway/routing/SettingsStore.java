package dev.tallygate.gateway.routing;

import dev.tallygate.events.UserId;
import dev.tallygate.gateway.access.KeyWatcher;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What users set for all their calls.
 */
class SettingsStore implements KeyWatcher {

	private final JdbcClient jdbc;

	SettingsStore(JdbcClient jdbc) {
		this.jdbc = jdbc;
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
	}

	@Override
	public void deleted(UserId user) {
		this.jdbc.sql("DELETE FROM settings WHERE user_id = ?").param(user.value()).update();
	}

}
