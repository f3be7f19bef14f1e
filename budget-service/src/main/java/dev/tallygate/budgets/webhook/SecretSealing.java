package dev.tallygate.budgets.webhook;

import dev.tallygate.security.secret.UnusableSecretException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings every stored secret under the first key: what an earlier version left in clear,
 * and what is sealed under a key that is going. At the start, and now and then, for
 * another instance may still write as it was configured before.
 */
@Component
class SecretSealing {

	private static final Logger logger = LoggerFactory.getLogger(SecretSealing.class);

	private final Webhooks webhooks;

	private final SecretSeal seal;

	private final TransactionTemplate transaction;

	/**
	 * Seals what there is.
	 * @throws UnusableSecretException when the service must not start; nothing is written
	 * then
	 */
	SecretSealing(Webhooks webhooks, SecretSeal seal, PlatformTransactionManager transactions) {
		this.webhooks = webhooks;
		this.seal = seal;
		this.transaction = new TransactionTemplate(transactions);
		check(webhooks.secrets());
		run();
	}

	private void check(List<Secrets> all) {
		if (all.isEmpty()) {
			return;
		}
		if (this.seal.keyId() == null) {
			throw new UnusableSecretException(SecretSeal.VARIABLE,
					"is not set, and the secrets of " + all.size() + " webhooks are sealed under it or have to be",
					"Set it to the key that was used before; where there was none, to 'id:64 random hex digits'.");
		}
		Map<String, Boolean> opens = new TreeMap<>();
		for (Secrets each : all) {
			each.stream().forEach((secret) -> {
				String id = secret.keyId();
				if (id != null) {
					opens.merge(id, this.seal.open(secret, each.webhook()).isPresent(), Boolean::logicalOr);
				}
			});
		}
		opens.forEach((id, one) -> {
			if (!this.seal.knows(id)) {
				throw new UnusableSecretException(SecretSeal.VARIABLE,
						"lacks the key '" + id + "', under which secrets of webhooks are sealed",
						"Add it after the first one; it may go after a start with both.");
			}
			if (!one) {
				throw new UnusableSecretException(SecretSeal.VARIABLE,
						"has another key '" + id + "' than the one the secrets of webhooks were sealed with",
						"Configure the key that was used before, restore the database that belongs to this one, or delete the webhooks from it.");
			}
		});
	}

	/** Seals under the first key what is not. */
	final void run() {
		if (this.seal.keyId() == null || this.webhooks.secrets().stream().allMatch(this::isUnderTheFirst)) {
			return;
		}
		Long sealed = this.transaction.execute((status) -> this.webhooks.lockedSecrets()
			.stream()
			.filter((each) -> !isUnderTheFirst(each))
			.filter(this::reseal)
			.count());
		if (sealed != null && sealed > 0) {
			logger.info("Sealed the secrets of {} webhooks under the key '{}'", sealed, this.seal.keyId());
		}
	}

	private boolean isUnderTheFirst(Secrets stored) {
		return stored.stream().allMatch((secret) -> Objects.equals(secret.keyId(), this.seal.keyId()));
	}

	private boolean reseal(Secrets stored) {
		Secrets resealed = resealed(stored);
		if (resealed.equals(stored)) {
			return false;
		}
		this.webhooks.seal(resealed);
		return true;
	}

	private Secrets resealed(Secrets stored) {
		SealedSecret old = stored.old();
		return new Secrets(stored.webhook(), resealed(stored.current(), stored.webhook()),
				(old != null) ? resealed(old, stored.webhook()) : null);
	}

	/** What does not open stays as it is. */
	private SealedSecret resealed(SealedSecret stored, UUID webhook) {
		Optional<SigningSecret> secret = (stored.keyId() == null) ? Optional.of(new SigningSecret(stored.text()))
				: this.seal.open(stored, webhook);
		return secret.map((open) -> this.seal.seal(open, webhook)).orElse(stored);
	}

	/**
	 * The stored secrets of a webhook.
	 *
	 * @param webhook whose
	 * @param current what signs
	 * @param old what signs too while receivers change over; null for none
	 */
	record Secrets(UUID webhook, SealedSecret current, @Nullable SealedSecret old) {

		Stream<SealedSecret> stream() {
			return (this.old != null) ? Stream.of(this.current, this.old) : Stream.of(this.current);
		}

	}

}
