package dev.tallygate.keys.providerkey;

import dev.tallygate.events.UserId;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.audit.AuditAction;
import dev.tallygate.keys.audit.AuditEvent;
import dev.tallygate.keys.audit.AuditLog;
import dev.tallygate.keys.owner.KeyEvents;
import dev.tallygate.keys.owner.OwnerFacts;
import dev.tallygate.keys.owner.OwnerRemoval;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.keys.provider.Provider;
import dev.tallygate.keys.provider.ProviderProbe;
import dev.tallygate.keys.provider.Providers;
import dev.tallygate.keys.provider.Validation;
import dev.tallygate.keys.provider.Verdict;
import dev.tallygate.keys.vault.Binding;
import dev.tallygate.keys.vault.SealedSecrets;
import dev.tallygate.keys.vault.UndecryptableException;
import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.problem.Problem;
import dev.tallygate.security.problem.ProblemException;
import dev.tallygate.security.secret.Secret;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * People's keys at providers: saved, checked, shown, removed. A provider is asked outside
 * of a transaction, and what it says counts only for the version it was asked about.
 */
@Service
class ProviderKeys implements OwnerRemoval, OwnerFacts {

	private static final Logger logger = LoggerFactory.getLogger(ProviderKeys.class);

	private final StoredKeys stored;

	private final ProviderKeyRows rows;

	private final SealedSecrets secrets;

	private final Providers providers;

	private final ProviderProbe probe;

	private final Connections connections;

	private final Owners owners;

	private final KeyEvents events;

	private final AuditLog audit;

	private final TransactionTemplate transaction;

	private final MeterRegistry meters;

	private final Clock clock;

	ProviderKeys(StoredKeys stored, ProviderKeyRows rows, SealedSecrets secrets, Providers providers,
			ProviderProbe probe, Connections connections, Owners owners, KeyEvents events, AuditLog audit,
			TransactionTemplate transaction, MeterRegistry meters, Clock clock) {
		this.stored = stored;
		this.rows = rows;
		this.secrets = secrets;
		this.providers = providers;
		this.probe = probe;
		this.connections = connections;
		this.owners = owners;
		this.events = events;
		this.audit = audit;
		this.transaction = transaction;
		this.meters = meters;
		this.clock = clock;
		// The first rejection must show as a step from 0.
		providers.all().forEach((provider) -> rejected(provider.name()));
	}

	private Counter rejected(String provider) {
		return Counter.builder("tallygate.system.key.rechecks.rejected")
			.description("Times a provider rejected the operator's key when asked again about it")
			.tag("provider", provider)
			.register(this.meters);
	}

	/**
	 * Checks a key's form, asks the provider, stores it sealed. When the provider rejects
	 * it or cannot be asked, nothing is stored and the old key stays.
	 */
	ProviderKey save(UserId owner, String providerName, @Nullable String text, Actor actor) {
		Provider provider = require(owner, providerName);
		Secret key = KeyText.checked(text);
		Boolean valid = valid(provider, key);
		return inTransaction(() -> {
			this.owners.lock(owner);
			return this.stored.save(owner, provider, key, valid, actor);
		});
	}

	/**
	 * The provider, if it and the owner are there.
	 * @throws ProblemException a 404 when one of them is not
	 */
	Provider require(UserId owner, String providerName) {
		Provider provider = this.providers.require(providerName);
		this.owners.require(owner);
		return provider;
	}

	/** True, or null when the provider is not to be asked. */
	private @Nullable Boolean valid(Provider provider, Secret key) {
		if (provider.validation() == Validation.NONE) {
			return null;
		}
		return switch (this.probe.ask(provider, provider.validation(), key)) {
			case ACCEPTED -> true;
			case REJECTED -> throw new ProblemException(HttpStatus.BAD_REQUEST, "provider_rejected_key",
					"Invalid API key -- could not authenticate with provider");
			case UNREACHABLE -> throw unreachable();
		};
	}

	static ProblemException unreachable() {
		return ProblemException.passing(
				Problem.of(HttpStatus.SERVICE_UNAVAILABLE, "provider_unreachable",
						"The provider could not be asked about this key. Nothing was stored. Try again in a while."),
				Duration.ofSeconds(5));
	}

	/**
	 * Asks the provider about the stored key again.
	 */
	ProviderKey validate(UserId owner, String providerName, Actor actor) {
		Provider provider = this.providers.require(providerName);
		SealedSecrets.Stored sealed = this.secrets.find(owner, provider.name()).orElseThrow(ProblemException::notFound);
		if (!sealed.isFor(provider.origin())) {
			throw originChanged();
		}
		ProviderKey known = this.rows.findByOwnerIdAndProvider(owner, provider.name())
			.orElseThrow(ProblemException::notFound);
		if (known.connection() != null) {
			this.connections.refresh(known.id(), sealed.binding().version());
			return this.rows.findById(known.id()).orElseThrow(ProblemException::notFound);
		}
		Secret key = open(sealed);
		Verdict verdict = (provider.validation() == Validation.NONE) ? null
				: this.probe.ask(provider, provider.validation(), key);
		if (verdict == null) {
			return this.rows.findByOwnerIdAndProvider(owner, provider.name()).orElseThrow(ProblemException::notFound);
		}
		if (verdict == Verdict.UNREACHABLE) {
			throw unreachable();
		}
		return inTransaction(() -> judge(sealed, verdict == Verdict.ACCEPTED, AuditAction.PROVIDER_KEY_CHECKED, actor));
	}

	/**
	 * A gateway says that the provider rejected a key. The provider is asked again before
	 * anything is believed.
	 */
	void report(UUID id, int secretVersion, Actor actor) {
		ProviderKey key = this.rows.findById(id).orElse(null);
		Provider provider = (key != null) ? this.providers.find(key.provider()).orElse(null) : null;
		if (key == null || provider == null || Boolean.FALSE.equals(key.isValid())) {
			return;
		}
		SealedSecrets.Stored sealed = this.secrets.find(key.ownerId(), provider.name()).orElse(null);
		if (sealed == null || sealed.binding().version() != secretVersion || !sealed.isFor(provider.origin())) {
			return;
		}
		if (key.connection() != null) {
			this.connections.refresh(id, secretVersion);
			return;
		}
		Validation how = (provider.validation() == Validation.NONE) ? Validation.MODELS : provider.validation();
		if (this.probe.ask(provider, how, open(sealed)) == Verdict.REJECTED) {
			reject(key, sealed, actor);
		}
	}

	private void reject(ProviderKey key, SealedSecrets.Stored sealed, Actor actor) {
		if (key.ownerId().equals(Owners.OPERATOR)) {
			logger.error("The system key of provider {} is rejected by it. Replace it.", key.provider());
			rejected(key.provider()).increment();
			return;
		}
		inTransaction(() -> judge(sealed, false, AuditAction.PROVIDER_KEY_INVALIDATED, actor));
	}

	/**
	 * Notes what the provider said, unless the secret has changed since: been replaced in
	 * its record, or removed and saved anew in another one, which counts from 1 again.
	 */
	private ProviderKey judge(SealedSecrets.Stored asked, boolean valid, AuditAction action, Actor actor) {
		UserId owner = asked.binding().owner();
		this.owners.lock(owner);
		ProviderKey current = this.rows.findByOwnerIdAndProvider(owner, asked.binding().provider())
			.orElseThrow(ProblemException::notFound);
		Binding now = this.secrets.find(owner, current.provider()).orElseThrow().binding();
		if (!now.id().equals(asked.binding().id()) || now.version() != asked.binding().version()) {
			return current;
		}
		ProviderKey judged = this.rows.save(current.judged(valid, this.clock.instant()));
		this.events.key(judged.id(), valid ? judged.saved() : judged.invalidated());
		this.audit.append(AuditEvent.providerKey(actor, action, valid ? AuditEvent.DONE : "provider_rejected_key",
				owner, judged.id(), judged.provider(), judged.version()));
		return judged;
	}

	List<ProviderKey> list(UserId owner) {
		this.owners.require(owner);
		return this.rows.findByOwnerIdOrderByProvider(owner);
	}

	/** The stored key of a provider; null when there is none. */
	@Nullable ProviderKey find(UserId owner, String providerName) {
		this.providers.require(providerName);
		this.owners.require(owner);
		return this.rows.findByOwnerIdAndProvider(owner, providerName).orElse(null);
	}

	/**
	 * Removes a key.
	 */
	void remove(UserId owner, String providerName, Actor actor) {
		inTransaction(() -> {
			this.owners.lock(owner);
			ProviderKey key = this.rows.findByOwnerIdAndProvider(owner, providerName)
				.orElseThrow(ProblemException::notFound);
			this.stored.remove(key, actor);
			return key;
		});
	}

	@Override
	@Transactional(propagation = Propagation.MANDATORY)
	public void remove(UserId user) {
		this.rows.findByOwnerIdOrderByProvider(user).forEach(this.stored::removeWithOwner);
	}

	@Override
	@Transactional(propagation = Propagation.MANDATORY)
	public void tellAgain(UserId user) {
		for (ProviderKey key : this.rows.findByOwnerIdOrderByProvider(user)) {
			this.events.key(key.id(), Boolean.FALSE.equals(key.isValid()) ? key.invalidated() : key.saved());
		}
	}

	private Secret open(SealedSecrets.Stored sealed) {
		try {
			return this.secrets.open(sealed);
		}
		catch (UndecryptableException ex) {
			throw undecryptable();
		}
	}

	static ProblemException originChanged() {
		return new ProblemException(HttpStatus.CONFLICT, ErrorCode.PROVIDER_KEY_ORIGIN_CHANGED,
				"The address of this provider has changed since the key was saved. Save the key again.");
	}

	static ProblemException undecryptable() {
		return new ProblemException(HttpStatus.INTERNAL_SERVER_ERROR, ErrorCode.KEY_UNDECRYPTABLE,
				"Failed to decrypt API key -- remove it and add it again");
	}

	private ProviderKey inTransaction(Supplier<ProviderKey> work) {
		return Objects.requireNonNull(this.transaction.execute((status) -> work.get()));
	}

}
