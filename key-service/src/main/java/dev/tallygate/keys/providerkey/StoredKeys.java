package dev.tallygate.keys.providerkey;

import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.audit.AuditAction;
import dev.tallygate.keys.audit.AuditEvent;
import dev.tallygate.keys.audit.AuditLog;
import dev.tallygate.keys.owner.KeyEvents;
import dev.tallygate.keys.provider.OAuth;
import dev.tallygate.keys.provider.Provider;
import dev.tallygate.keys.provider.Providers;
import dev.tallygate.keys.vault.Binding;
import dev.tallygate.keys.vault.SealedSecrets;
import dev.tallygate.keys.vault.UndecryptableException;
import dev.tallygate.security.secret.Secret;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

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

	private final Providers providers;

	private final TokenEndpoint endpoint;

	private final Clock clock;

	StoredKeys(ProviderKeyRows rows, SealedSecrets secrets, KeyEvents events, AuditLog audit, Providers providers,
			TokenEndpoint endpoint, Clock clock) {
		this.rows = rows;
		this.secrets = secrets;
		this.events = events;
		this.audit = audit;
		this.providers = providers;
		this.endpoint = endpoint;
		this.clock = clock;
	}

	/**
	 * Saves or replaces the owner's key. To be called with the owner's row locked.
	 */
	ProviderKey save(UserId owner, Provider provider, Secret secret, @Nullable Boolean valid, Actor actor) {
		endConnection(owner, provider.name());
		Instant now = this.clock.instant();
		Instant validatedAt = (valid != null) ? now : null;
		UUID id = seal(owner, provider, secret);
		ProviderKey key = current(id, owner, provider, now).replaced(secret.useText(KeyText::mask), valid, validatedAt,
				now);
		return told(key, AuditAction.PROVIDER_KEY_SAVED, actor);
	}

	/**
	 * Saves the tokens of an account that was just connected. To be called with the
	 * owner's row locked.
	 */
	ProviderKey connect(UserId owner, Provider provider, Tokens tokens, Actor actor) {
		endConnection(owner, provider.name());
		Instant now = this.clock.instant();
		UUID id = seal(owner, provider, tokens.sealable());
		ProviderKey key = current(id, owner, provider, now).connected(KeyText.mask(tokens.access()), tokens.end(), now);
		return told(key, AuditAction.PROVIDER_KEY_CONNECTED, actor);
	}

	/**
	 * Replaces the tokens of a connected account by the next. To be called with the
	 * owner's row locked.
	 */
	void refresh(ProviderKey key, SealedSecrets.Stored sealed, Tokens tokens, Actor actor) {
		Binding old = sealed.binding();
		this.secrets.store(new Binding(old.owner(), old.provider(), old.origin(), old.id(), old.version() + 1),
				tokens.sealable());
		told(key.connected(KeyText.mask(tokens.access()), tokens.end(), this.clock.instant()),
				AuditAction.PROVIDER_KEY_REFRESHED, actor);
	}

	private ProviderKey told(ProviderKey changed, AuditAction action, Actor actor) {
		ProviderKey key = this.rows.save(changed);
		this.events.key(key.id(), key.saved());
		this.audit.append(AuditEvent.providerKey(actor, action, AuditEvent.DONE, key.ownerId(), key.id(),
				key.provider(), key.version()));
		return key;
	}

	/** What there is, or what there would be before the first version. */
	private ProviderKey current(UUID id, UserId owner, Provider provider, Instant now) {
		return this.rows.findByOwnerIdAndProvider(owner, provider.name())
			.orElseGet(() -> new ProviderKey(id, owner, provider.name(), "", null, null, now, now, 0, null, null));
	}

	private UUID seal(UserId owner, Provider provider, Secret secret) {
		Optional<SealedSecrets.Stored> old = this.secrets.find(owner, provider.name());
		UUID id = old.map((stored) -> stored.binding().id()).orElseGet(UuidV7::next);
		int version = old.map((stored) -> stored.binding().version() + 1).orElse(1);
		this.secrets.store(new Binding(owner, provider.name(), provider.origin(), id, version), secret);
		return id;
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
		endConnection(key.ownerId(), key.provider());
		this.secrets.remove(key.id());
		this.events.key(key.id(), key.removed());
		this.events.keyGone(key.id());
	}

	/**
	 * Ends at the provider what is connected there, once this is decided. Should that not
	 * succeed, nobody has the tokens any more.
	 */
	private void endConnection(UserId owner, String provider) {
		OAuth oauth = this.providers.find(provider).map(Provider::oauth).orElse(null);
		boolean connected = this.rows.findByOwnerIdAndProvider(owner, provider)
			.map(ProviderKey::connection)
			.isPresent();
		if (oauth == null || oauth.revocationUri() == null || !connected) {
			return;
		}
		Tokens tokens = this.secrets.find(owner, provider).map(this::tokens).orElse(null);
		if (tokens == null) {
			return;
		}
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				Thread.ofVirtual().name("token-revocation").start(() -> revoke(oauth, tokens));
			}

		});
	}

	private @Nullable Tokens tokens(SealedSecrets.Stored sealed) {
		try {
			return Tokens.of(this.secrets.open(sealed), null);
		}
		catch (UndecryptableException ex) {
			return null;
		}
	}

	private void revoke(OAuth oauth, Tokens tokens) {
		if (tokens.refresh() != null) {
			this.endpoint.revoke(oauth, tokens.refresh());
		}
		this.endpoint.revoke(oauth, tokens.access());
	}

}
