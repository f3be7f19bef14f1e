package dev.tallygate.keys.apikey;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.audit.AuditAction;
import dev.tallygate.keys.audit.AuditEvent;
import dev.tallygate.keys.audit.AuditLog;
import dev.tallygate.keys.owner.KeyEvents;
import dev.tallygate.keys.owner.OwnerRemoval;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.security.caller.ApiKeyFormat;
import dev.tallygate.security.problem.ProblemException;
import dev.tallygate.security.secret.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Hands keys out and takes them back.
 */
@Service
public class ApiKeys implements OwnerRemoval {

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
	IssuedKey issue(UserId user, KeyRequest request, Actor actor) {
		this.owners.lock(user);
		if (this.rows.countUnrevoked(user) >= this.limits.maxPerUser()) {
			throw new ProblemException(HttpStatus.CONFLICT, "too_many_keys",
					"There are " + this.limits.maxPerUser() + " keys already. Revoke one first.");
		}
		return issueLocked(user, request, actor);
	}

	private IssuedKey issueLocked(UserId user, KeyRequest wish, Actor actor) {
		Instant now = this.clock.instant();
		KeyRequest request = wish.checked(now);
		String secret = ApiKeyFormat.generate(request.type());
		ApiKey key = new ApiKey(new ApiKeyId(UuidV7.next()), user, String.valueOf(request.name()),
				ApiKeyFormat.keyPrefix(secret), request.type(), now, request.expiresAt(), null, null,
				request.allowedModels(), 1);
		if (!this.rows.insert(key)) {
			throw new ProblemException(HttpStatus.CONFLICT, "name_taken",
					"There is a key of that name already. Choose another name.");
		}
		this.rows.insertSecret(key.id(), TokenHash.of(secret));
		this.events.key(key.id().value(), key.issued());
		this.audit.append(AuditEvent.apiKey(actor, AuditAction.API_KEY_ISSUED, user, key.id().value(), key.version()));
		return new IssuedKey(key, secret);
	}

	/**
	 * Gives a key a new secret. The old one dies after the overlap.
	 */
	@Transactional
	IssuedKey rotate(UserId user, ApiKeyId id, @Nullable Duration overlap, Actor actor) {
		this.owners.lock(user);
		Instant now = this.clock.instant();
		ApiKey old = usable(user, id, now);
		String secret = ApiKeyFormat.generate(old.keyType());
		ApiKey key = old.rotated(ApiKeyFormat.keyPrefix(secret));
		this.rows.update(key);
		this.rows.retireSecrets(id, now.plus(checked(overlap)), now);
		this.rows.insertSecret(id, TokenHash.of(secret));
		this.events.key(id.value(), key.changed());
		this.audit.append(AuditEvent.apiKey(actor, AuditAction.API_KEY_ROTATED, user, id.value(), key.version()));
		return new IssuedKey(key, secret);
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

	private ApiKey revoke(ApiKey key) {
		ApiKey revoked = key.revoked(this.clock.instant());
		this.rows.update(revoked);
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

	/**
	 * Makes the operator's configured secret the bootstrap administrator's only one, with
	 * that user's row locked. The key's id is the user's.
	 */
	@Transactional(propagation = Propagation.MANDATORY)
	public void bootstrap(Secret secret, Actor actor) {
		UserId user = Owners.BOOTSTRAP_ADMIN;
		ApiKeyId id = new ApiKeyId(user.value());
		byte[] hash = secret.useText(TokenHash::of);
		if (this.rows.find(user, id).isEmpty()) {
			ApiKey key = new ApiKey(id, user, BOOTSTRAP_PREFIX, BOOTSTRAP_PREFIX, KeyType.PROD, this.clock.instant(),
					null, null, null, null, 1);
			this.rows.insert(key);
			this.rows.insertSecret(id, hash);
			this.events.key(id.value(), key.issued());
			this.audit.append(AuditEvent.apiKey(actor, AuditAction.API_KEY_ISSUED, user, id.value(), 1));
		}
		else if (!this.rows.hasSecret(id, hash)) {
			ApiKey key = this.rows.find(user, id).orElseThrow().reinstated();
			this.rows.update(key);
			this.rows.removeSecrets(id);
			this.rows.insertSecret(id, hash);
			this.events.key(id.value(), key.changed());
			this.audit.append(AuditEvent.apiKey(actor, AuditAction.API_KEY_ROTATED, user, id.value(), key.version()));
		}
	}

}
