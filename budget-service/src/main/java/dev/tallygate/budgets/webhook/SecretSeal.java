package dev.tallygate.budgets.webhook;

import dev.tallygate.security.problem.ProblemException;
import dev.tallygate.security.seal.AesGcm;
import dev.tallygate.security.seal.SealingKey;
import dev.tallygate.security.seal.SealingKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Seals what webhooks are signed with, for whoever reads the database shall not be able
 * to sign: AES-256-GCM with a random 96-bit nonce under a key that only budget-service
 * has. What is sealed opens for its own webhook alone.
 */
@Component
class SecretSeal {

	static final String VARIABLE = "TALLYGATE_WEBHOOKS_KEY";

	private static final int SHORTEST = AesGcm.NONCE_LENGTH + AesGcm.TAG_LENGTH;

	private final SecureRandom random = new SecureRandom();

	private final @Nullable SealingKeys keys;

	SecretSeal(SealingProperties properties) {
		boolean absent = properties.key() == null || properties.key().length() == 0;
		this.keys = absent ? null : SealingKeys.parse(VARIABLE, properties.key());
	}

	/** The key that seals; null when none is configured. */
	@Nullable String keyId() {
		return (this.keys != null) ? this.keys.first().id() : null;
	}

	boolean knows(String keyId) {
		return this.keys != null && this.keys.find(keyId) != null;
	}

	/**
	 * Seals a secret.
	 * @param webhook whose it is
	 * @throws ProblemException when there is no key to do it with
	 */
	SealedSecret seal(SigningSecret secret, UUID webhook) {
		if (this.keys == null) {
			throw new ProblemException(HttpStatus.CONFLICT, "webhook_key_missing",
					"The operator has to set " + VARIABLE + " before there can be webhooks.");
		}
		SealingKey key = this.keys.first();
		byte[] nonce = new byte[AesGcm.NONCE_LENGTH];
		this.random.nextBytes(nonce);
		byte[] plain = secret.text().getBytes(StandardCharsets.US_ASCII);
		return SealedSecret.of(key.id(), nonce, AesGcm.encrypt(key.key(), nonce, binding(webhook, key), plain));
	}

	/** The secret; empty when it does not open, whatever the reason. */
	Optional<SigningSecret> open(SealedSecret sealed, UUID webhook) {
		String id = sealed.keyId();
		SealingKey key = (id != null && this.keys != null) ? this.keys.find(id) : null;
		if (key == null) {
			return Optional.empty();
		}
		try {
			byte[] bytes = sealed.bytes();
			if (bytes.length < SHORTEST) {
				return Optional.empty();
			}
			byte[] nonce = Arrays.copyOf(bytes, AesGcm.NONCE_LENGTH);
			byte[] ciphertext = Arrays.copyOfRange(bytes, AesGcm.NONCE_LENGTH, bytes.length);
			byte[] plain = AesGcm.decrypt(key.key(), nonce, binding(webhook, key), ciphertext);
			return Optional.of(new SigningSecret(new String(plain, StandardCharsets.US_ASCII)));
		}
		catch (GeneralSecurityException | IllegalArgumentException ex) {
			return Optional.empty();
		}
	}

	private static byte[] binding(UUID webhook, SealingKey key) {
		return AesGcm.lengthPrefixed("bs/1", "webhook signing secret", webhook.toString(), key.id());
	}

}
