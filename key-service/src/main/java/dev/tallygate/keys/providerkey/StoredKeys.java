package dev.tallygate.keys.providerkey;

import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.audit.AuditAction;
import dev.tallygate.keys.audit.AuditEvent;
import dev.tallygate.keys.audit.AuditLog;
import dev.tallygate.keys.owner.KeyEvents;
import dev.tallygate.keys.provider.Provider;
import dev.tallygate.keys.vault.Binding;
import dev.tallygate.keys.vault.SealedSecrets;
import dev.tallygate.security.secret.Secret;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keeps a provider key's record and its sealed secret together, tells the others what
 * became of it and writes that down.
 */
@Component
class StoredKeys {

	private final ProviderKeyRows rows;

	private final SealedSecrets secrets;

	private final KeyEvents events;

	private final AuditLog audit;

	private final Clock clock;

	StoredKeys(ProviderKeyRows rows, SealedSecrets secrets, KeyEvents events, AuditLog audit, Clock clock) {
		this.rows = rows;
		this.secrets = secrets;
		this.events = events;
		this.audit = audit;
		this.clock = clock;
	}

	/**
	 * Saves or replaces the owner's key. To be called with the owner's row locked.
	 */
	ProviderKey save(UserId owner, Provider provider, Secret secret, @Nullable Boolean valid, Actor actor) {
		ProviderKey key = store(owner, provider, secret, valid);
		this.events.key(key.id(), key.saved());
		this.audit.append(AuditEvent.providerKey(actor, AuditAction.PROVIDER_KEY_SAVED, AuditEvent.DONE, owner,
				key.id(), key.provider(), key.version()));
		return key;
	}

	/**
	 * Removes a key. To be called with the owner's row locked.
	 */
	void remove(ProviderKey key, Actor actor) {
		removeWithOwner(key);
		this.audit.append(AuditEvent.providerKey(actor, AuditAction.PROVIDER_KEY_REMOVED, AuditEvent.DONE,
				key.ownerId(), key.id(), key.provider(), key.version() + 1));
	}

	/**
	 * Removes a key of an owner whose own removal is written down.
	 */
	void removeWithOwner(ProviderKey key) {
		this.secrets.remove(key.id());
		this.events.key(key.id(), key.removed());
		this.events.keyGone(key.id());
	}

	private ProviderKey store(UserId owner, Provider provider, Secret secret, @Nullable Boolean valid) {
		Instant now = this.clock.instant();
		Instant validatedAt = (valid != null) ? now : null;
		Optional<SealedSecrets.Stored> old = this.secrets.find(owner, provider.name());
		UUID id = old.map((stored) -> stored.binding().id()).orElseGet(UuidV7::next);
		int version = old.map((stored) -> stored.binding().version() + 1).orElse(1);
		this.secrets.store(new Binding(owner, provider.name(), provider.origin(), id, version), secret);
		String mask = secret.useText(KeyText::mask);
		ProviderKey key = this.rows.find(owner, provider.name())
			.map((known) -> known.replaced(mask, valid, validatedAt, now))
			.orElseGet(() -> new ProviderKey(id, owner, provider.name(), mask, valid, validatedAt, now, now, 1));
		this.rows.store(key);
		return key;
	}

}
