package dev.tallygate.keys.vault;

import dev.tallygate.security.secret.UnusableSecretException;
import java.security.MessageDigest;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Notices at the start that a master key is not the one it was, or is gone though it is
 * still needed.
 */
final class KeyChecks {

	private static final String ACTION = "Configure the key that was used before, or restore the database that belongs to this one.";

	private final JdbcClient jdbc;

	KeyChecks(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Compares the configured keys with what is stored; writes only about keys not seen
	 * before, and only when all is well.
	 * @throws UnusableSecretException when the service must not start
	 */
	void verify(MasterKeys keys) {
		for (MasterKey key : keys.all()) {
			checkSame(key);
		}
		checkNoneMissing(keys);
		for (MasterKey key : keys.all()) {
			this.jdbc.sql("INSERT INTO master_key (id, check_value) VALUES (?, ?) ON CONFLICT DO NOTHING")
				.params(key.id(), key.checkValue())
				.update();
			// Another process may have been first, with another key.
			checkSame(key);
		}
	}

	private void checkSame(MasterKey key) {
		Optional<byte[]> stored = this.jdbc.sql("SELECT check_value FROM master_key WHERE id = ?")
			.param(key.id())
			.query(byte[].class)
			.optional();
		if (stored.isPresent() && !MessageDigest.isEqual(stored.get(), key.checkValue())) {
			throw new UnusableSecretException(MasterKeys.VARIABLE,
					"has another key '" + key.id() + "' than the one this database was sealed with", ACTION);
		}
	}

	private void checkNoneMissing(MasterKeys keys) {
		this.jdbc.sql("""
				SELECT master_key_id, count(*) AS records FROM sealed_secret
				WHERE master_key_id IN (SELECT id FROM master_key) GROUP BY 1 ORDER BY 1""").query((row) -> {
			String id = row.getString("master_key_id");
			if (keys.find(id) == null) {
				throw new UnusableSecretException(MasterKeys.VARIABLE,
						"lacks the key '" + id + "', under which " + row.getLong("records") + " records are sealed",
						"Add it after the first one, and re-wrap before removing it.");
			}
		});
	}

}
