package dev.tallygate.keys.providerkey;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UserId;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.audit.AuditAction;
import dev.tallygate.keys.audit.AuditEvent;
import dev.tallygate.keys.audit.AuditLog;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.keys.provider.Provider;
import dev.tallygate.keys.provider.Providers;
import dev.tallygate.keys.vault.SealedSecrets;
import dev.tallygate.keys.vault.UndecryptableException;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Introspection;
import dev.tallygate.security.caller.IntrospectionOutcome.Active;
import dev.tallygate.security.caller.IntrospectionOutcome.Inactive;
import dev.tallygate.security.caller.IntrospectionOutcome.Unavailable;
import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.problem.ProblemException;
import dev.tallygate.security.secret.Secret;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Releases a provider key to a gateway that presents what its own caller presented. The
 * audit entry commits before the secret leaves; a refusal is written too.
 */
@Service
class Reveals {

	/** Registered at 0, so that the first of each shows as a step. */
	private static final List<String> OUTCOMES = List.of("user", "system", "none", ErrorCode.INVALID_API_KEY,
			ErrorCode.UNSUPPORTED_PROVIDER, ErrorCode.PROVIDER_KEY_MISSING, ErrorCode.PROVIDER_KEY_REJECTED,
			ErrorCode.PROVIDER_KEY_ORIGIN_CHANGED, ErrorCode.KEY_UNDECRYPTABLE, ErrorCode.RATE_LIMITED);

	private static final Duration MAX_LIFE = Duration.ofSeconds(30);

	private final Introspection introspection;

	private final Providers providers;

	private final ProviderKeyRows rows;

	private final SealedSecrets secrets;

	private final AuditLog audit;

	private final Connections connections;

	private final RevealLimits limits;

	private final TransactionTemplate transaction;

	private final MeterRegistry meters;

	private final Clock clock;

	Reveals(Introspection introspection, Providers providers, ProviderKeyRows rows, SealedSecrets secrets,
			AuditLog audit, Connections connections, RevealLimits limits, TransactionTemplate transaction,
			MeterRegistry meters, Clock clock) {
		this.introspection = introspection;
		this.providers = providers;
		this.rows = rows;
		this.secrets = secrets;
		this.audit = audit;
		this.connections = connections;
		this.limits = limits;
		this.transaction = transaction;
		this.meters = meters;
		this.clock = clock;
		OUTCOMES.forEach(this::revealed);
	}

	/**
	 * Releases the key that the bearer of {@code token} may use with a provider.
	 */
	Release reveal(String token, String providerName, Actor gateway) {
		this.limits.take(gateway);
		Caller caller = switch (this.introspection.introspect(token)) {
			case Active(Caller known) -> known;
			case Inactive() -> throw counted(ErrorCode.INVALID_API_KEY, new ProblemException(HttpStatus.NOT_FOUND,
					ErrorCode.INVALID_API_KEY, "The caller's key is not valid."));
			case Unavailable() -> throw new ProblemException(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.UNAVAILABLE,
					"Nobody can tell at the moment. Try again.");
		};
		Provider provider = this.providers.find(providerName)
			.orElseThrow(() -> counted(ErrorCode.UNSUPPORTED_PROVIDER, new ProblemException(HttpStatus.NOT_FOUND,
					ErrorCode.UNSUPPORTED_PROVIDER, "There is no provider of that name.")));
		Actor actor = gateway.onBehalfOf(caller);
		refreshEnded(caller, provider);
		Attempt attempt = this.transaction.execute((status) -> attempt(caller, provider, actor));
		return released(Objects.requireNonNull(attempt));
	}

	/** Those that were not refreshed in time, as after this service was down. */
	private void refreshEnded(Caller caller, Provider provider) {
		if (provider.oauth() != null) {
			this.rows.findByOwnerIdAndProvider(caller.userId(), provider.name())
				.filter(this.connections::hasEnded)
				.ifPresent((key) -> refreshEnded(key.id()));
		}
	}

	private void refreshEnded(UUID id) {
		try {
			this.connections.refresh(id, null);
		}
		catch (PessimisticLockingFailureException ex) {
			// Somebody else is at it and takes long; the key counts as missing meanwhile.
		}
	}

	private Release released(Attempt attempt) {
		return switch (attempt) {
			case Attempt.Granted(Release release) -> {
				revealed(release.credential().name().toLowerCase(Locale.ROOT)).increment();
				yield release;
			}
			case Attempt.Refused(ProblemException refusal) -> throw counted(refusal.problem().code(), refusal);
		};
	}

	private ProblemException counted(String outcome, ProblemException refusal) {
		revealed(outcome).increment();
		return refusal;
	}

	/** The outcomes are the codes written here, so they are few. */
	private Counter revealed(String outcome) {
		return Counter.builder("tallygate.reveals")
			.description("Provider keys that gateways asked for, by what came of it")
			.tag("outcome", outcome)
			.register(this.meters);
	}

	/** Decides and writes down; a refusal is a value here, so that its entry commits. */
	private Attempt attempt(Caller caller, Provider provider, Actor actor) {
		Optional<SealedSecrets.Stored> own = this.secrets.find(caller.userId(), provider.name())
			.filter((sealed) -> this.rows.findById(sealed.binding().id())
				.filter(this.connections::isOutOfUse)
				.isEmpty());
		Optional<SealedSecrets.Stored> chosen = own.or(() -> this.secrets.find(Owners.OPERATOR, provider.name()));
		Attempt attempt;
		try {
			attempt = chosen.map((sealed) -> open(sealed, provider, caller, actor))
				.orElseGet(() -> without(provider, caller));
		}
		catch (UndecryptableException ex) {
			attempt = new Attempt.Refused(ProviderKeys.undecryptable());
		}
		UUID id = chosen.map((sealed) -> sealed.binding().id()).orElse(null);
		Long version = chosen.map((sealed) -> (long) sealed.binding().version()).orElse(null);
		UserId owner = chosen.map((sealed) -> sealed.binding().owner()).orElse(caller.userId());
		this.audit.append(AuditEvent.providerKey(actor, AuditAction.PROVIDER_KEY_REVEALED, attempt.outcome(), owner, id,
				provider.name(), version));
		return attempt;
	}

	private Attempt open(SealedSecrets.Stored sealed, Provider provider, Caller caller, Actor actor) {
		if (!sealed.isFor(provider.origin())) {
			return new Attempt.Refused(ProviderKeys.originChanged());
		}
		boolean system = sealed.binding().owner().equals(Owners.OPERATOR);
		ProviderKey known = this.rows.findById(sealed.binding().id()).orElse(null);
		if (!system && known != null && Boolean.FALSE.equals(known.isValid())) {
			return new Attempt.Refused(new ProblemException(HttpStatus.CONFLICT, ErrorCode.PROVIDER_KEY_REJECTED,
					"The provider has rejected this key. Save a new one."));
		}
		if (!this.limits.takeDistinct(actor, sealed.binding().id())) {
			return new Attempt.Refused(RevealLimits.tooMany());
		}
		boolean connected = known != null && known.connection() != null;
		Instant end = (known != null) ? known.tokenExpiresAt() : null;
		Secret secret = this.secrets.open(sealed);
		String key = connected ? Tokens.of(secret, end).access() : secret.useText((text) -> text);
		return new Attempt.Granted(
				new Release(system ? Credential.SYSTEM : Credential.USER, key, provider.baseUrl(), provider.dialect(),
						sealed.binding().id(), sealed.binding().version(), Math.min(lifeFor(caller), lifeUntil(end))));
	}

	private Attempt without(Provider provider, Caller caller) {
		if (provider.needsKey()) {
			return new Attempt.Refused(new ProblemException(HttpStatus.NOT_FOUND, ErrorCode.PROVIDER_KEY_MISSING,
					"Please configure your " + provider.displayName() + " API key"));
		}
		return new Attempt.Granted(new Release(Credential.NONE, null, provider.baseUrl(), provider.dialect(), null,
				null, lifeFor(caller)));
	}

	/** Not longer than the caller's own key. */
	private long lifeFor(Caller caller) {
		return lifeUntil(caller.expiresAt());
	}

	private long lifeUntil(@Nullable Instant end) {
		if (end == null) {
			return MAX_LIFE.toSeconds();
		}
		Duration left = Duration.between(this.clock.instant(), end);
		return Math.clamp(left.toSeconds(), 0, MAX_LIFE.toSeconds());
	}

	/** What came of it. */
	private sealed interface Attempt {

		/** As the audit log has it. */
		String outcome();

		record Granted(Release release) implements Attempt {

			@Override
			public String outcome() {
				return AuditEvent.DONE;
			}

		}

		record Refused(ProblemException refusal) implements Attempt {

			@Override
			public String outcome() {
				return this.refusal.problem().code();
			}

		}

	}

}
