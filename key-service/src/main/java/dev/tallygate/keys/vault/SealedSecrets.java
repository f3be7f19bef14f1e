package dev.tallygate.keys.vault;

import dev.tallygate.events.UserId;
import dev.tallygate.security.secret.Secret;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The stored secrets, one per owner and provider.
 */
@Component
public class SealedSecrets {

	private final JdbcClient jdbc;

	private final Vault vault;

	SealedSecrets(JdbcClient jdbc, Vault vault) {
		this.jdbc = jdbc;
		this.vault = vault;
	}

	/**
	 * Stores a secret, or replaces the record of the same id. The version must be one
	 * more than the stored one's.
	 */
	public void store(Binding binding, Secret secret) {
		Sealed sealed = this.vault.seal(binding, secret);
		this.jdbc.sql("""
				INSERT INTO sealed_secret (id, owner_id, provider, origin, version, algorithm, master_key_id,
				    wrapped_key, nonce, ciphertext)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (id) DO UPDATE SET origin = excluded.origin, version = excluded.version,
				    algorithm = excluded.algorithm, master_key_id = excluded.master_key_id,
				    wrapped_key = excluded.wrapped_key, nonce = excluded.nonce, ciphertext = excluded.ciphertext""")
			.params(binding.id(), binding.owner().value(), binding.provider(), binding.origin(), binding.version(),
					sealed.algorithm(), sealed.masterKeyId(), sealed.wrappedKey(), sealed.nonce(), sealed.ciphertext())
			.update();
	}

	/**
	 * The owner's secret at a provider, still sealed.
	 */
	public Optional<Stored> find(UserId owner, String provider) {
		return this.jdbc.sql("SELECT * FROM sealed_secret WHERE owner_id = ? AND provider = ?")
			.params(owner.value(), provider)
			.query(SealedSecrets::read)
			.optional();
	}

	/**
	 * Opens a stored secret.
	 * @throws UndecryptableException when it does not decrypt
	 */
	public Secret open(Stored stored) {
		return this.vault.open(stored.binding(), stored.sealed());
	}

	/**
	 * Removes a record, and with it what refers to it.
	 */
	public void remove(UUID id) {
		this.jdbc.sql("DELETE FROM sealed_secret WHERE id = ?").param(id).update();
	}

	static Stored read(ResultSet row, int number) throws SQLException {
		Binding binding = new Binding(new UserId(row.getObject("owner_id", UUID.class)), row.getString("provider"),
				row.getString("origin"), row.getObject("id", UUID.class), row.getInt("version"));
		Sealed sealed = new Sealed(row.getInt("algorithm"), row.getString("master_key_id"), row.getBytes("wrapped_key"),
				row.getBytes("nonce"), row.getBytes("ciphertext"));
		return new Stored(binding, sealed);
	}

	/**
	 * A stored secret, still sealed.
	 *
	 * @param binding what it is sealed for, by the columns beside it
	 * @param sealed the rest
	 */
	public record Stored(Binding binding, Sealed sealed) {

		/**
		 * Whether it may be sent to this origin.
		 */
		public boolean isFor(String origin) {
			return this.binding.origin().equals(origin);
		}

	}

}
