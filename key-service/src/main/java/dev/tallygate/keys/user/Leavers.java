package dev.tallygate.keys.user;

import dev.tallygate.events.UserId;
import dev.tallygate.keys.apikey.ApiKeys;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.messaging.BackgroundLoop;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Revokes the keys of people whom the OIDC issuer has not vouched for in a long time: who
 * left the company signs in no more, but a key would go on. Whoever comes back makes new
 * keys.
 */
@Component
@ConditionalOnProperty("tallygate.oidc.leaver-after")
class Leavers extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(Leavers.class);

	private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

	private static final int BATCH = 100;

	private final UserRows rows;

	private final ApiKeys keys;

	private final Owners owners;

	private final TransactionTemplate transaction;

	private final Clock clock;

	private final Duration after;

	private final Duration interval;

	Leavers(UserRows rows, ApiKeys keys, Owners owners, TransactionTemplate transaction, Clock clock,
			LeaverProperties properties) {
		super("leavers", Duration.ofSeconds(1), LONGEST_PAUSE);
		this.rows = rows;
		this.keys = keys;
		this.owners = owners;
		this.transaction = transaction;
		this.clock = clock;
		this.after = Objects.requireNonNull(properties.leaverAfter());
		this.interval = properties.leaverInterval();
	}

	@Override
	protected void work() throws InterruptedException {
		while (isRunning()) {
			List<UserId> gone = this.rows.unseenSince(this.clock.instant().minus(this.after), BATCH);
			gone.forEach(this::revoke);
			succeeded();
			if (gone.size() < BATCH) {
				pause(this.interval);
			}
		}
	}

	private void revoke(UserId user) {
		this.transaction.executeWithoutResult((status) -> {
			this.owners.lock(user);
			this.keys.revokeAll(user, Actor.SELF);
		});
		logger.info("The keys of a person whom the issuer no longer vouches for are revoked: {}", user);
	}

}
