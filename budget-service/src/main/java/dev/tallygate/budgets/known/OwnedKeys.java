package dev.tallygate.budgets.known;

import dev.tallygate.events.ApiKeyEvent;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Who is known: which users there are, and which API keys are whose. Key-service tells of
 * both by events, so somebody made a moment ago may not be known yet.
 */
@Repository
public class OwnedKeys {

	/** How long an event of key-service may be under way, before its id is nobody's. */
	private static final Duration PATIENCE = Duration.ofSeconds(2);

	private static final Duration STEP = Duration.ofMillis(50);

	private final JdbcClient jdbc;

	private final JdbcTemplate batches;

	OwnedKeys(JdbcClient jdbc, JdbcTemplate batches) {
		this.jdbc = jdbc;
		this.batches = batches;
	}

	/**
	 * Takes note of keys. Owners never change, and a revoked key stays revoked.
	 */
	public void learn(List<ApiKeyEvent> events) {
		if (!events.isEmpty()) {
			this.batches.batchUpdate("""
					INSERT INTO owned_key (api_key_id, user_id, revoked) VALUES (?, ?, ?)
					ON CONFLICT (api_key_id) DO UPDATE SET revoked = owned_key.revoked OR EXCLUDED.revoked
					""", events.stream()
				.map((each) -> new Object[] { each.keyId().value(), each.userId().value(), each.revokedAt() != null })
				.toList());
		}
	}

	/**
	 * Whether the key is the user's; waits a moment for news of it.
	 */
	public boolean isOf(UserId user, ApiKeyId key) {
		return eventually("SELECT count(*) FROM owned_key WHERE api_key_id = ? AND user_id = ?", key.value(),
				user.value());
	}

	/**
	 * Whether there is such a user. Whoever calls is there; an administrator may name
	 * anyone, and waits a moment for news of them.
	 */
	public boolean exists(UserId user, Caller caller) {
		return caller.userId().equals(user)
				|| eventually("SELECT count(*) FROM account WHERE user_id = ?", user.value());
	}

	/**
	 * Refuses with 404 where there is no such user; {@link #exists} says how that is
	 * told.
	 */
	public void require(UserId user, Caller caller) {
		if (!exists(user, caller)) {
			throw ProblemException.notFound();
		}
	}

	private boolean eventually(String sql, Object... parameters) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (true) {
			long found = this.jdbc.sql(sql).params(parameters).query(Long.class).single();
			if (found > 0) {
				return true;
			}
			if (System.nanoTime() - deadline >= 0) {
				return false;
			}
			try {
				Thread.sleep(STEP);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		}
	}

}
