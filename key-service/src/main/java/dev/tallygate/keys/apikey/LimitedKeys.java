package dev.tallygate.keys.apikey;

import dev.tallygate.keys.audit.ToldChanges;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.keys.owner.Params;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which keys have a budget of their own. Budget-service decides it and tells the audit
 * log. The operator's own key counts as without one: it is the last way in.
 */
@Component
class LimitedKeys implements ToldChanges {

	private static final String BUDGETS = "budget";

	private static final String CHANGED = "key-budget.changed";

	private static final String REMOVED = "key-budget.removed";

	/** The owner's row first, as whoever changes or removes keys does. */
	private static final String LOCK = """
			SELECT 1 FROM app_user WHERE id = (SELECT user_id FROM api_key WHERE id = ?) FOR NO KEY UPDATE""";

	private final JdbcClient jdbc;

	LimitedKeys(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Override
	public void told(String service, String action, UUID key, Instant at) {
		boolean limited = action.equals(CHANGED);
		if (!service.equals(BUDGETS) || (!limited && !action.equals(REMOVED))
				|| key.equals(Owners.BOOTSTRAP_ADMIN.value())) {
			return;
		}
		this.jdbc.sql(LOCK).param(key).query(Integer.class).optional();
		this.jdbc.sql("""
				UPDATE api_key SET limited = ?, limited_as_of = ?
				WHERE id = ? AND (limited_as_of IS NULL OR limited_as_of < ?)""")
			.params(Params.of(limited, Timestamp.from(at), key, Timestamp.from(at)))
			.update();
	}

}
