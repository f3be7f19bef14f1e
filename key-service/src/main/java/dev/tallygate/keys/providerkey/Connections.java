package dev.tallygate.keys.providerkey;

import dev.tallygate.events.UserId;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.audit.AuditAction;
import dev.tallygate.keys.audit.AuditEvent;
import dev.tallygate.keys.audit.AuditLog;
import dev.tallygate.keys.owner.KeyEvents;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.keys.provider.OAuth;
import dev.tallygate.keys.provider.Provider;
import dev.tallygate.keys.provider.Providers;
import dev.tallygate.keys.providerkey.TokenEndpoint.Answer;
import dev.tallygate.keys.vault.SealedSecrets;
import dev.tallygate.keys.vault.UndecryptableException;
import dev.tallygate.security.internal.UrlEncoded;
import dev.tallygate.security.problem.ProblemException;
import dev.tallygate.security.secret.Secret;
import dev.tallygate.security.secret.Sha256;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Accounts connected instead of pasting a key: agreeing, refreshing ahead of the end,
 * under one lock, and what becomes of an account that is refreshed no more.
 */
@Service
class Connections {

	private static final Logger logger = LoggerFactory.getLogger(Connections.class);

	/** Names the advisory locks of refreshing among others. */
	private static final int LOCKS = 0x7A11_0A07;

	private static final int RANDOM_BYTES = 32;

	private static final SecureRandom RANDOM = new SecureRandom();

	private final Providers providers;

	private final ConnectAttempts attempts;

	private final TokenEndpoint endpoint;

	private final StoredKeys stored;

	private final ProviderKeyRows rows;

	private final SealedSecrets secrets;

	private final Owners owners;

	private final KeyEvents events;

	private final AuditLog audit;

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final ConnectProperties limits;

	private final Clock clock;

	private final Counter refreshed;

	private final Counter lost;

	Connections(Providers providers, ConnectAttempts attempts, TokenEndpoint endpoint, StoredKeys stored,
			ProviderKeyRows rows, SealedSecrets secrets, Owners owners, KeyEvents events, AuditLog audit,
			JdbcClient jdbc, TransactionTemplate transaction, ConnectProperties limits, Clock clock,
			MeterRegistry meters) {
		this.providers = providers;
		this.attempts = attempts;
		this.endpoint = endpoint;
		this.stored = stored;
		this.rows = rows;
		this.secrets = secrets;
		this.owners = owners;
		this.events = events;
		this.audit = audit;
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.limits = limits;
		this.clock = clock;
		this.refreshed = Counter.builder("tallygate.connections.refreshed")
			.description("Times the tokens of a connected account were refreshed")
			.register(meters);
		this.lost = Counter.builder("tallygate.connections.lost")
			.description("Connected accounts whose provider refreshes them no more")
			.register(meters);
	}

	/**
	 * Begins: where the person is to go, and what comes back from there.
	 */
	Started start(UserId owner, String providerName) {
		Provider provider = this.providers.require(providerName);
		this.owners.require(owner);
		OAuth oauth = require(provider);
		String state = random();
		String verifier = random();
		Instant now = this.clock.instant();
		Instant end = now.plus(this.limits.attemptLife());
		this.transaction.executeWithoutResult((status) -> {
			this.owners.lock(owner);
			if (this.attempts.countOpen(owner, now) >= this.limits.maxAttempts()) {
				throw new ProblemException(HttpStatus.CONFLICT, "too_many_attempts",
						"Several connections wait for your consent already. Finish one, or try again later.");
			}
			this.attempts.insert(state, owner, provider.name(), verifier, end);
		});
		return new Started(agreeAt(oauth, state, verifier), state, end);
	}

	private static OAuth require(Provider provider) {
		OAuth oauth = provider.oauth();
		if (oauth == null) {
			throw new ProblemException(HttpStatus.CONFLICT, "not_connectable",
					"An account at this provider cannot be connected here. Save an API key instead.");
		}
		return oauth;
	}

	private static URI agreeAt(OAuth oauth, String state, String verifier) {
		Map<String, String> query = new LinkedHashMap<>();
		if (oauth.kind() == OAuth.Kind.CODE) {
			query.put("response_type", "code");
			query.put("client_id", oauth.clientId());
			query.put("redirect_uri", oauth.redirectUri().toString());
			if (!oauth.scopes().isEmpty()) {
				query.put("scope", String.join(" ", oauth.scopes()));
			}
			query.put("state", state);
		}
		else {
			// It hands no state back, so that goes with the address.
			query.put("callback_url",
					oauth.redirectUri() + ((oauth.redirectUri().getQuery() != null) ? "&" : "?") + "state=" + state);
		}
		query.put("code_challenge", challenge(verifier));
		query.put("code_challenge_method", "S256");
		String base = oauth.authorizationUri().toString();
		return URI.create(base + (base.contains("?") ? "&" : "?") + UrlEncoded.of(query));
	}

	private static String random() {
		byte[] bytes = new byte[RANDOM_BYTES];
		RANDOM.nextBytes(bytes);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

	private static String challenge(String verifier) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(verifier));
	}

	/**
	 * Finishes: the code becomes tokens, sealed like a key.
	 */
	ProviderKey finish(UserId owner, String providerName, @Nullable String state, @Nullable String code, Actor actor) {
		Provider provider = this.providers.require(providerName);
		this.owners.require(owner);
		OAuth oauth = require(provider);
		if (state == null || code == null) {
			throw ProblemException.invalidField((state == null) ? "state" : "code", "is missing");
		}
		String verifier = this.attempts.take(state, owner, provider.name(), this.clock.instant())
			.orElseThrow(() -> new ProblemException(HttpStatus.BAD_REQUEST, "unknown_attempt",
					"This consent was not asked for here, or too long ago. Connect again."));
		Tokens tokens = switch (this.endpoint.exchange(oauth, code, verifier)) {
			case Answer.Granted(Tokens granted) -> granted;
			case Answer.Refused() -> throw new ProblemException(HttpStatus.BAD_REQUEST, "provider_refused_code",
					"The provider did not accept this consent. Connect again.");
			case Answer.Unreachable() -> throw ProviderKeys.unreachable();
		};
		return Objects.requireNonNull(this.transaction.execute((status) -> {
			this.owners.lock(owner);
			return (oauth.kind() == OAuth.Kind.CODE) ? this.stored.connect(owner, provider, tokens, actor)
					: this.stored.save(owner, provider, Secret.of(tokens.access()), true, actor);
		}));
	}

	/** Those whose tokens end soon, soonest first. */
	List<UUID> due(int limit) {
		return this.rows.endingBefore(this.clock.instant().plus(this.limits.refreshAhead()), limit);
	}

	/**
	 * Refreshes the tokens of an account when they end soon, or when the provider takes
	 * them no more. One at a time for each account in all processes; who comes second
	 * finds it done.
	 * @param rejected the version of the tokens that the provider has rejected; null when
	 * it is only time
	 */
	void refresh(UUID id, @Nullable Integer rejected) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.sql("SELECT pg_advisory_xact_lock(?, ?)").params(LOCKS, id.hashCode()).query((row) -> {
			});
			ProviderKey key = this.rows.findById(id).orElse(null);
			if (key != null && key.connection() == ConnectionState.CONNECTED) {
				refresh(key, rejected);
			}
		});
	}

	private void refresh(ProviderKey key, @Nullable Integer rejected) {
		OAuth oauth = this.providers.find(key.provider()).map(Provider::oauth).orElse(null);
		SealedSecrets.Stored sealed = this.secrets.find(key.ownerId(), key.provider()).orElse(null);
		if (oauth == null || sealed == null || !isDue(key, sealed, rejected)) {
			return;
		}
		String token = refreshToken(sealed);
		Answer answer = (token != null) ? this.endpoint.refresh(oauth, token) : new Answer.Refused();
		if (answer instanceof Answer.Unreachable) {
			logger.warn("The tokens of a connected account at {} could not be refreshed yet", key.provider());
			return;
		}
		this.owners.lock(key.ownerId());
		ProviderKey current = this.rows.findById(key.id()).orElse(null);
		if (current == null || current.version() != key.version()) {
			return;
		}
		if (answer instanceof Answer.Granted(Tokens tokens)) {
			this.stored.refresh(current, sealed,
					(tokens.refresh() != null) ? tokens : new Tokens(tokens.access(), token, tokens.end()), Actor.SELF);
			this.refreshed.increment();
		}
		else {
			lose(current);
		}
	}

	private boolean isDue(ProviderKey key, SealedSecrets.Stored sealed, @Nullable Integer rejected) {
		if (rejected != null) {
			return sealed.binding().version() == rejected;
		}
		Instant end = key.tokenExpiresAt();
		return end != null && !end.isAfter(this.clock.instant().plus(this.limits.refreshAhead()));
	}

	private @Nullable String refreshToken(SealedSecrets.Stored sealed) {
		try {
			return Tokens.of(this.secrets.open(sealed), null).refresh();
		}
		catch (UndecryptableException ex) {
			return null;
		}
	}

	/** The person must agree again; until then it is as if there were no key. */
	private void lose(ProviderKey key) {
		ProviderKey lostKey = this.rows.save(key.lost(this.clock.instant()));
		this.events.key(lostKey.id(), lostKey.invalidated());
		this.audit.append(AuditEvent.providerKey(Actor.SELF, AuditAction.PROVIDER_KEY_INVALIDATED, "connect_again",
				lostKey.ownerId(), lostKey.id(), lostKey.provider(), lostKey.version()));
		this.lost.increment();
	}

	/**
	 * Whether a key is of no use now though it is there: a connected account that is to
	 * be connected again, or whose tokens have ended and were not to be refreshed.
	 */
	boolean isOutOfUse(ProviderKey key) {
		return key.connection() == ConnectionState.CONNECT_AGAIN || hasEnded(key);
	}

	/** Whether its tokens have ended, or will within a moment. */
	boolean hasEnded(ProviderKey key) {
		Instant end = key.tokenExpiresAt();
		return key.connection() != null && end != null
				&& Duration.between(this.clock.instant(), end).compareTo(Duration.ofSeconds(1)) < 0;
	}

	void removeEndedAttempts() {
		this.attempts.removeEnded(this.clock.instant());
	}

	/**
	 * Where the person agrees.
	 *
	 * @param authorizationUrl for the person's browser
	 * @param state what comes back with the code
	 * @param expiresAt until when
	 */
	record Started(URI authorizationUrl, String state, Instant expiresAt) {

	}

}
