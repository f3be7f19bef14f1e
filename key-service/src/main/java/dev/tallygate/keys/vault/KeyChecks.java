package dev.tallygate.keys.vault;

import dev.tallygate.security.seal.AesGcm;
import dev.tallygate.security.seal.SealingKey;
import dev.tallygate.security.seal.SealingKeys;
import dev.tallygate.security.secret.UnusableSecretException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Notices at the start that a master key is not the one it was, or is gone though it is
 * still needed.
 */
final class KeyChecks {

	private static final String ACTION = "Configure the key that was used before, or restore the database that belongs to this one.";

	private static final int CHECK_LENGTH = 8;

	private final JdbcClient jdbc;

	KeyChecks(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Compares the configured keys with what is stored; writes only about keys not seen
	 * before, and only when all is well.
	 * @throws UnusableSecretException when the service must not start
	 */
	void verify(SealingKeys keys) {
		for (SealingKey key : keys.all()) {
			checkSame(key);
		}
		checkNoneMissing(keys);
		for (SealingKey key : keys.all()) {
			this.jdbc.sql("INSERT INTO master_key (id, check_value) VALUES (?, ?) ON CONFLICT DO NOTHING")
				.params(key.id(), checkValue(key))
				.update();
			// Another process may have been first, with another key.
			checkSame(key);
		}
	}

	private void checkSame(SealingKey key) {
		Optional<byte[]> stored = this.jdbc.sql("SELECT check_value FROM master_key WHERE id = ?")
			.param(key.id())
			.query(byte[].class)
			.optional();
		if (stored.isPresent() && !MessageDigest.isEqual(stored.get(), checkValue(key))) {
			throw new UnusableSecretException(VaultConfiguration.VARIABLE,
					"has another key '" + key.id() + "' than the one this database was sealed with", ACTION);
		}
	}

	private void checkNoneMissing(SealingKeys keys) {
		this.jdbc.sql("""
				SELECT master_key_id, count(*) AS records FROM sealed_secret
				WHERE master_key_id IN (SELECT id FROM master_key) GROUP BY 1 ORDER BY 1""").query((row) -> {
			String id = row.getString("master_key_id");
			if (keys.find(id) == null) {
				throw new UnusableSecretException(VaultConfiguration.VARIABLE,
						"lacks the key '" + id + "', under which " + row.getLong("records") + " records are sealed",
						"Add it after the first one, and re-wrap before removing it.");
			}
		});
	}

	/**
	 * Tells whether it is still the same key under this id, without telling the key: the
	 * first 8 bytes of an HMAC-SHA256 of a constant and the id.
	 */
	private static byte[] checkValue(SealingKey key) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(key.key());
			byte[] hash = mac.doFinal(AesGcm.lengthPrefixed("ks/1", "key check", key.id()));
			return Arrays.copyOf(hash, CHECK_LENGTH);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("every JDK has HmacSHA256", ex);
		}
	}

}
