package dev.tallygate.keys.user;

import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.keys.apikey.ApiKeys;
import dev.tallygate.keys.apikey.IssuedKey;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.audit.AuditAction;
import dev.tallygate.keys.audit.AuditChange;
import dev.tallygate.keys.audit.AuditEvent;
import dev.tallygate.keys.audit.AuditLog;
import dev.tallygate.keys.owner.KeyEvents;
import dev.tallygate.keys.owner.OwnerFacts;
import dev.tallygate.keys.owner.OwnerRemoval;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.keys.user.UserController.Welcome;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.problem.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Who comes, changes and goes.
 */
@Service
class Users implements OwnerFacts {

	private final UserRows rows;

	private final ApiKeys keys;

	private final Owners owners;

	private final List<OwnerRemoval> removals;

	private final KeyEvents events;

	private final AuditLog audit;

	private final Clock clock;

	Users(UserRows rows, ApiKeys keys, Owners owners, List<OwnerRemoval> removals, KeyEvents events, AuditLog audit,
			Clock clock) {
		this.rows = rows;
		this.keys = keys;
		this.owners = owners;
		this.removals = List.copyOf(removals);
		this.events = events;
		this.audit = audit;
		this.clock = clock;
	}

	/**
	 * Adds a user with its default key.
	 */
	@Transactional
	Welcome create(@Nullable String email, @Nullable String displayName, Role role, Actor actor) {
		User user = new User(new UserId(UuidV7.next()), UserFields.email(email), UserFields.displayName(displayName),
				role, this.clock.instant(), 1);
		if (!this.rows.insert(user, null)) {
			throw emailTaken();
		}
		return welcome(user, actor);
	}

	/**
	 * Adds the user of an OIDC subject, once. An email that somebody has already does not
	 * join the two: whoever controls an address at the issuer would take over an account.
	 */
	@Transactional
	public User provision(Subject subject, @Nullable String email, @Nullable String displayName) {
		UserId id = new UserId(UuidV7.next());
		String name = UserFields.isDisplayName(displayName) ? displayName : null;
		User user = new User(id, (email != null && UserFields.isEmail(email)) ? email : placeholder(id), name,
				Role.MEMBER, this.clock.instant(), 1);
		boolean added = this.rows.insert(user, subject);
		if (!added && this.rows.find(subject).isEmpty()) {
			user = new User(id, placeholder(id), name, Role.MEMBER, user.createdAt(), 1);
			added = this.rows.insert(user, subject);
		}
		if (!added) {
			return this.rows.find(subject).orElseThrow();
		}
		welcome(user, Actor.SELF);
		return user;
	}

	private static String placeholder(UserId id) {
		return id + "@oidc.invalid";
	}

	private Welcome welcome(User user, Actor actor) {
		this.events.user(user.registered());
		this.audit.append(AuditEvent.user(actor, AuditAction.USER_CREATED, user.id())
			.with(AuditChange.of(null, Map.of("role", user.role()))));
		IssuedKey key = this.keys.issueDefault(user.id(), actor);
		return new Welcome(user, key);
	}

	/**
	 * Changes a user. Only an administrator may change a role, and nobody that of the
	 * bootstrap administrator.
	 */
	@Transactional
	User change(UserId id, UserChange change, Caller caller, Actor actor) {
		if (change.role() != null && !caller.isAdmin()) {
			throw new ProblemException(HttpStatus.FORBIDDEN, ErrorCode.FORBIDDEN,
					"Only an administrator may change a role.");
		}
		this.owners.lock(id);
		User old = this.rows.find(id).orElseThrow(ProblemException::notFound);
		User user = change.applyTo(old);
		if (id.equals(Owners.BOOTSTRAP_ADMIN) && user.role() != Role.ADMIN) {
			throw keepBootstrap();
		}
		try {
			this.rows.update(user);
		}
		catch (DuplicateKeyException ex) {
			throw emailTaken();
		}
		this.events.user(user.changed());
		AuditEvent entry = AuditEvent.user(actor, AuditAction.USER_CHANGED, id);
		this.audit.append((old.role() != user.role())
				? entry.with(AuditChange.of(Map.of("role", old.role()), Map.of("role", user.role()))) : entry);
		return user;
	}

	/**
	 * Takes the role that an issuer gives, unless a newer token has said another.
	 */
	@Transactional
	public User claim(UserId id, Role role, Instant issuedAt) {
		this.owners.lock(id);
		User old = this.rows.find(id).orElseThrow(ProblemException::notFound);
		if (old.role() == role || !this.rows.claimRole(id, issuedAt)) {
			return old;
		}
		User user = old.with(old.email(), old.displayName(), role);
		this.rows.update(user);
		this.events.user(user.changed());
		this.audit.append(AuditEvent.user(Actor.SELF, AuditAction.USER_CHANGED, id)
			.with(AuditChange.of(Map.of("role", old.role()), Map.of("role", role))));
		return user;
	}

	/**
	 * Removes a user with keys, secrets and personal data.
	 */
	@Transactional
	void delete(UserId id, Actor actor) {
		this.owners.lockForRemoval(id);
		User user = this.rows.find(id).orElseThrow(ProblemException::notFound);
		if (id.equals(Owners.BOOTSTRAP_ADMIN)) {
			throw keepBootstrap();
		}
		this.removals.forEach((removal) -> removal.remove(id));
		this.rows.subjectOf(id).ifPresent((subject) -> this.rows.departed(subject, this.clock.instant()));
		this.rows.remove(id);
		this.events.user(user.deleted());
		this.events.userGone(id.value());
		this.audit.append(AuditEvent.user(id.equals(actor.user()) ? actor.withoutAddress() : actor,
				AuditAction.USER_DELETED, id));
	}

	/** As of one who has just come: readers who know better keep the higher version. */
	@Override
	@Transactional(propagation = Propagation.MANDATORY)
	public void tellAgain(UserId id) {
		this.rows.find(id).ifPresent((user) -> this.events.user(user.registered()));
	}

	private static ProblemException emailTaken() {
		return new ProblemException(HttpStatus.CONFLICT, "email_taken",
				"There is a user with this email already. Use another one.");
	}

	private static ProblemException keepBootstrap() {
		return new ProblemException(HttpStatus.CONFLICT, "bootstrap_admin",
				"The bootstrap administrator stays an administrator.");
	}

}
