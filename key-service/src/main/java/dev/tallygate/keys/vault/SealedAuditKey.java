package dev.tallygate.keys.vault;

import dev.tallygate.events.UuidV7;
import dev.tallygate.keys.audit.AuditKey;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.security.secret.Secret;
import java.security.SecureRandom;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

/**
 * The key of the audit chain: random, made once, sealed like any other secret, so that
 * re-wrapping takes it along.
 */
@Component
final class SealedAuditKey implements AuditKey {

	/** No provider can have this name. */
	private static final String NAME = "@audit";

	private static final int LENGTH = 32;

	private final SecretKey key;

	SealedAuditKey(SealedSecrets secrets) {
		Secret secret = secrets.find(Owners.OPERATOR, NAME).map(secrets::open).orElseGet(() -> create(secrets));
		this.key = secret.use((bytes) -> new SecretKeySpec(bytes, "HmacSHA256"));
	}

	private static Secret create(SealedSecrets secrets) {
		byte[] bytes = new byte[LENGTH];
		new SecureRandom().nextBytes(bytes);
		try {
			secrets.store(new Binding(Owners.OPERATOR, NAME, "", UuidV7.next(), 1), Secret.copyOf(bytes));
		}
		catch (DuplicateKeyException ex) {
			// Another process was first; its key counts.
		}
		return secrets.find(Owners.OPERATOR, NAME).map(secrets::open).orElseThrow();
	}

	@Override
	public SecretKey get() {
		return this.key;
	}

}
