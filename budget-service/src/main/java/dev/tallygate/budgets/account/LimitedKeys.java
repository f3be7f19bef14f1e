package dev.tallygate.budgets.account;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.KeyLimits;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Which keys have a budget of their own, as it stands: whoever asks has not to wait until
 * key-service knows. The operator's own key, whose id is its owner's, counts as without
 * one: it is the last way in.
 */
@Repository
class LimitedKeys implements KeyLimits {

	private final JdbcClient jdbc;

	LimitedKeys(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Override
	public boolean isLimited(UserId owner, ApiKeyId key) {
		return !key.value().equals(owner.value())
				&& this.jdbc.sql("SELECT count(*) FROM key_budget WHERE user_id = ? AND api_key_id = ?")
					.params(owner.value(), key.value())
					.query(Long.class)
					.single() > 0;
	}

}
