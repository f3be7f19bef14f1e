package dev.tallygate.keys.providerkey;

import dev.tallygate.events.UserId;
import dev.tallygate.keys.owner.OwnerRemoval;
import dev.tallygate.keys.owner.Params;
import dev.tallygate.security.secret.Sha256;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The table {@code connect_attempt}. Only the hash of a state is kept.
 */
@Component
class ConnectAttempts implements OwnerRemoval {

	private final JdbcClient jdbc;

	ConnectAttempts(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	int countOpen(UserId owner, Instant now) {
		return this.jdbc.sql("SELECT count(*) FROM connect_attempt WHERE owner_id = ? AND expires_at > ?")
			.params(Params.of(owner.value(), Timestamp.from(now)))
			.query(Integer.class)
			.single();
	}

	void insert(String state, UserId owner, String provider, String verifier, Instant end) {
		this.jdbc.sql(
				"INSERT INTO connect_attempt (state_hash, owner_id, provider, verifier, expires_at) VALUES (?, ?, ?, ?, ?)")
			.params(Params.of(Sha256.of(state), owner.value(), provider, verifier, Timestamp.from(end)))
			.update();
	}

	/** Takes the verifier of an attempt, which is gone then; empty for anyone else's. */
	Optional<String> take(String state, UserId owner, String provider, Instant now) {
		return this.jdbc.sql("""
				DELETE FROM connect_attempt WHERE state_hash = ? AND owner_id = ? AND provider = ? AND expires_at > ?
				RETURNING verifier""")
			.params(Params.of(Sha256.of(state), owner.value(), provider, Timestamp.from(now)))
			.query(String.class)
			.optional();
	}

	void removeEnded(Instant now) {
		this.jdbc.sql("DELETE FROM connect_attempt WHERE expires_at <= ?").param(Timestamp.from(now)).update();
	}

	@Override
	@Transactional(propagation = Propagation.MANDATORY)
	public void remove(UserId user) {
		this.jdbc.sql("DELETE FROM connect_attempt WHERE owner_id = ?").param(user.value()).update();
	}

}
