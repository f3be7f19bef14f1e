package dev.tallygate.keys.apikey;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.audit.AuditAction;
import dev.tallygate.keys.audit.AuditChange;
import dev.tallygate.keys.audit.AuditEvent;
import dev.tallygate.keys.audit.AuditLog;
import dev.tallygate.keys.owner.KeyEvents;
import dev.tallygate.keys.owner.OwnerFacts;
import dev.tallygate.keys.owner.OwnerRemoval;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.security.caller.ApiKeyFormat;
import dev.tallygate.security.caller.Tags;
import dev.tallygate.security.paging.NewestFirst;
import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.problem.ProblemException;
import dev.tallygate.security.secret.Secret;
import dev.tallygate.security.secret.Sha256;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Hands keys out and takes them back.
 */
@Service
public class ApiKeys implements OwnerRemoval, OwnerFacts {

	/** What is shown of the bootstrap administrator's key, which may have any form. */
	private static final String BOOTSTRAP_PREFIX = "bootstrap";

	private final ApiKeyRows rows;

	private final Owners owners;

	private final KeyEvents events;

	private final AuditLog audit;

	private final ApiKeyProperties limits;

	private final Clock clock;

	ApiKeys(ApiKeyRows rows, Owners owners, KeyEvents events, AuditLog audit, ApiKeyProperties limits, Clock clock) {
		this.rows = rows;
		this.owners = owners;
		this.events = events;
		this.audit = audit;
		this.limits = limits;
		this.clock = clock;
	}

	/**
	 * Issues the default key of a user who was just created in this transaction.
	 */
	@Transactional(propagation = Propagation.MANDATORY)
	public IssuedKey issueDefault(UserId user, Actor actor) {
		return issueLocked(user, KeyRequest.DEFAULT, actor);
	}

	@Transactional
	IssuedKey issue(UserId user, KeyRequest request, Allowance allowance, Actor actor) {
		this.owners.lock(user);
		// What is malformed cannot be compared.
		KeyRequest checked = request.checked(this.clock.instant());
		allowance.require(checked.allowedModels(), checked.expiresAt());
		if (this.rows.countUnrevoked(user) >= this.limits.maxPerUser()) {
			throw new ProblemException(HttpStatus.CONFLICT, "too_many_keys",
					"There are " + this.limits.maxPerUser() + " keys already. Revoke one first.");
		}
		return issueLocked(user, checked, actor);
	}

	private IssuedKey issueLocked(UserId user, KeyRequest wish, Actor actor) {
		Instant now = this.clock.instant();
		KeyRequest request = wish.checked(now);
		String secret = ApiKeyFormat.generate(request.type());
		ApiKey key = new ApiKey(new ApiKeyId(UuidV7.next()), user, String.valueOf(request.name()),
				ApiKeyFormat.keyPrefix(secret), request.type(), now, request.expiresAt(), null, null,
				request.allowedModels(), KeyRules.tags(request.tags()), 1);
		if (!this.rows.insert(key)) {
			throw nameTaken();
		}
		this.rows.insertSecret(key, Sha256.of(secret), now);
		this.events.key(key.id().value(), key.issued());
		this.audit.append(AuditEvent.apiKey(actor, AuditAction.API_KEY_ISSUED, user, key.id().value(), key.version())
			.with(AuditChange.ofPerson(null, key.terms())));
		return new IssuedKey(key, secret, List.of());
	}

	/**
	 * Gives a key a new secret. The old one dies after the overlap.
	 */
	@Transactional
	IssuedKey rotate(UserId user, ApiKeyId id, @Nullable Duration overlap, Allowance allowance, Actor actor) {
		this.owners.lock(user);
		Instant now = this.clock.instant();
		ApiKey old = usable(user, id, now);
		allowance.requireChanging(id);
		allowance.require(old.allowedModels(), old.expiresAt());
		String secret = ApiKeyFormat.generate(old.keyType());
		ApiKey key = old.rotated(ApiKeyFormat.keyPrefix(secret));
		this.rows.update(key);
		this.rows.retireSecrets(id, now.plus(checked(overlap)), now);
		this.rows.insertSecret(key, Sha256.of(secret), now);
		this.events.key(id.value(), key.changed());
		this.audit.append(AuditEvent.apiKey(actor, AuditAction.API_KEY_ROTATED, user, id.value(), key.version()));
		return new IssuedKey(key, secret, List.of());
	}

	/**
	 * Changes what a key is called and may do; its secrets stay.
	 */
	@Transactional
	ApiKey change(UserId user, ApiKeyId id, KeyChange change, Allowance allowance, Actor actor) {
		this.owners.lock(user);
		Instant now = this.clock.instant();
		ApiKey old = usable(user, id, now);
		allowance.requireChanging(id);
		ApiKey key = change.applyTo(old, now);
		allowance.require(key.allowedModels(), key.expiresAt());
		try {
			this.rows.update(key);
		}
		catch (DuplicateKeyException ex) {
			throw nameTaken();
		}
		this.events.key(id.value(), key.changed());
		this.audit.append(AuditEvent.apiKey(actor, AuditAction.API_KEY_CHANGED, user, id.value(), key.version())
			.with(AuditChange.ofPerson(old.terms(), key.terms())));
		return key;
	}

	/** The secrets of a key that may still be presented, newest first. */
	List<LiveSecret> secrets(UserId user, ApiKeyId id, @Nullable NewestFirst before, int limit) {
		ApiKey key = this.rows.find(user, id).orElseThrow(ProblemException::notFound);
		return this.rows.secrets(key.id(), this.clock.instant(), before, limit);
	}

	/**
	 * Ends a secret that was replaced, before its time.
	 */
	@Transactional
	void endSecret(UserId user, ApiKeyId id, UUID secret, Actor actor) {
		this.owners.lock(user);
		ApiKey old = this.rows.find(user, id).orElseThrow(ProblemException::notFound);
		LiveSecret ended = this.rows.secret(id, secret, this.clock.instant()).orElseThrow(ProblemException::notFound);
		if (ended.current()) {
			throw new ProblemException(HttpStatus.CONFLICT, "current_secret",
					"This is the key's current secret. Rotate the key to replace it, or revoke the key.");
		}
		this.rows.removeSecret(secret);
		ApiKey key = old.touched();
		this.rows.update(key);
		this.events.key(id.value(), key.changed());
		this.audit.append(AuditEvent.apiKey(actor, AuditAction.API_KEY_SECRET_ENDED, user, id.value(), key.version()));
	}

	private static ProblemException nameTaken() {
		return new ProblemException(HttpStatus.CONFLICT, ErrorCode.NAME_TAKEN,
				"There is a key of that name already. Choose another name.");
	}

	private Duration checked(@Nullable Duration overlap) {
		Duration chosen = (overlap != null) ? overlap : this.limits.defaultOverlap();
		if (chosen.isNegative() || chosen.compareTo(this.limits.maxOverlap()) > 0) {
			throw ProblemException.invalidField("overlapSeconds",
					"must be 0 to " + this.limits.maxOverlap().toSeconds());
		}
		return chosen;
	}

	private ApiKey usable(UserId user, ApiKeyId id, Instant now) {
		ApiKey key = this.rows.find(user, id).orElseThrow(ProblemException::notFound);
		if (key.revokedAt() != null || (key.expiresAt() != null && !now.isBefore(key.expiresAt()))) {
			throw new ProblemException(HttpStatus.CONFLICT, "key_not_usable",
					"This key is revoked or expired. Issue a new one.");
		}
		if (key.id().value().equals(Owners.BOOTSTRAP_ADMIN.value())) {
			throw new ProblemException(HttpStatus.CONFLICT, "bootstrap_key",
					"This key comes from TALLYGATE_ADMIN_KEY. Change it there and restart.");
		}
		return key;
	}

	/**
	 * Revokes a key for good. Again is no change.
	 */
	@Transactional
	void revoke(UserId user, ApiKeyId id, Actor actor) {
		this.owners.lock(user);
		ApiKey key = this.rows.find(user, id).orElseThrow(ProblemException::notFound);
		if (key.revokedAt() == null) {
			ApiKey revoked = revoke(key);
			this.audit
				.append(AuditEvent.apiKey(actor, AuditAction.API_KEY_REVOKED, user, id.value(), revoked.version()));
		}
	}

	/**
	 * Revokes all keys of a user, whose row is locked.
	 */
	@Transactional(propagation = Propagation.MANDATORY)
	public void revokeAll(UserId user, Actor actor) {
		for (ApiKey key : this.rows.all(user)) {
			if (key.revokedAt() == null) {
				ApiKey revoked = revoke(key);
				this.audit.append(AuditEvent.apiKey(actor, AuditAction.API_KEY_REVOKED, user, key.id().value(),
						revoked.version()));
			}
		}
	}

	private ApiKey revoke(ApiKey key) {
		ApiKey revoked = key.revoked(this.clock.instant());
		this.rows.update(revoked);
		if (key.id().value().equals(Owners.BOOTSTRAP_ADMIN.value())) {
			this.rows.spend(key.id());
		}
		this.rows.removeSecrets(key.id());
		this.events.key(key.id().value(), revoked.revokedEvent());
		return revoked;
	}

	@Override
	@Transactional(propagation = Propagation.MANDATORY)
	public void remove(UserId user) {
		for (ApiKey key : this.rows.all(user)) {
			if (key.revokedAt() == null) {
				revoke(key);
			}
			this.events.keyGone(key.id().value());
		}
		this.rows.removeAll(user);
	}

	@Override
	@Transactional(propagation = Propagation.MANDATORY)
	public void tellAgain(UserId user) {
		for (ApiKey key : this.rows.all(user)) {
			this.events.key(key.id().value(), (key.revokedAt() != null) ? key.revokedEvent() : key.issued());
		}
	}

	/**
	 * Makes the operator's configured secret the bootstrap administrator's only one, with
	 * that user's row locked. The key's id is the user's. A secret that was revoked stays
	 * so; the operator who wants in again configures another one.
	 */
	@Transactional(propagation = Propagation.MANDATORY)
	public Bootstrap bootstrap(Secret secret, Actor actor) {
		UserId user = Owners.BOOTSTRAP_ADMIN;
		ApiKeyId id = new ApiKeyId(user.value());
		byte[] hash = secret.useText(Sha256::of);
		if (this.rows.isSpent(hash)) {
			return Bootstrap.REVOKED_BEFORE;
		}
		Instant now = this.clock.instant();
		Optional<ApiKey> known = this.rows.find(user, id);
		if (known.isEmpty()) {
			ApiKey key = new ApiKey(id, user, freeName(user), BOOTSTRAP_PREFIX, KeyType.PROD, now, null, null, null,
					null, Tags.NONE, 1);
			this.rows.insert(key);
			this.rows.insertSecret(key, hash, now);
			this.events.key(id.value(), key.issued());
			this.audit.append(AuditEvent.apiKey(actor, AuditAction.API_KEY_ISSUED, user, id.value(), 1));
		}
		else if (!this.rows.hasSecret(id, hash)) {
			ApiKey key = reinstated(known.get());
			this.rows.update(key);
			this.rows.removeSecrets(id);
			this.rows.insertSecret(key, hash, now);
			this.events.key(id.value(), key.changed());
			this.audit.append(AuditEvent.apiKey(actor, AuditAction.API_KEY_ROTATED, user, id.value(), key.version()));
		}
		return Bootstrap.IN_FORCE;
	}

	/** Somebody may have taken the name while the key was revoked. */
	private ApiKey reinstated(ApiKey key) {
		return (key.revokedAt() != null)
				? key.reinstated().with(freeName(key.userId()), key.expiresAt(), key.allowedModels(), key.tags())
				: key.touched();
	}

	private String freeName(UserId user) {
		String name = BOOTSTRAP_PREFIX;
		for (int i = 2; this.rows.hasName(user, name); i++) {
			name = BOOTSTRAP_PREFIX + "-" + i;
		}
		return name;
	}

	/** What became of the operator's configured secret. */
	public enum Bootstrap {

		/** It opens. */
		IN_FORCE,
		/** It was revoked once, and stays so. */
		REVOKED_BEFORE

	}

}
