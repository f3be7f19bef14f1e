package dev.tallygate.keys.providerkey;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.limit.CallerLimit;
import dev.tallygate.security.problem.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Bounds what a captured gateway could take: how often it may ask, and how many different
 * keys it is given a minute. Going over the second is an alarm.
 */
@Component
class RevealLimits {

	private static final Logger logger = LoggerFactory.getLogger(RevealLimits.class);

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final int MAX_GATEWAYS = 1000;

	private final RevealProperties properties;

	private final CallerLimit questions;

	private final CallerLimit differentKeys;

	/** What was given within a minute is given again without being counted. */
	private final Cache<Given, Given> given;

	/** Two that want a key at once are one that wants it. */
	private final ReentrantLock giving = new ReentrantLock();

	private final Counter limited;

	private final Counter alarms;

	RevealLimits(RevealProperties properties, MeterRegistry meters) {
		this.properties = properties;
		this.questions = new CallerLimit(properties.perSecond(), SECOND, MAX_GATEWAYS);
		this.differentKeys = new CallerLimit(properties.distinctPerMinute(), MINUTE, MAX_GATEWAYS);
		this.given = Caffeine.newBuilder()
			.maximumSize((long) MAX_GATEWAYS * properties.distinctPerMinute())
			.expireAfterWrite(MINUTE)
			.build();
		this.limited = Counter.builder("tallygate.reveals.limited")
			.description("Reveals refused because a gateway asked too often")
			.register(meters);
		this.alarms = Counter.builder("tallygate.reveals.alarms")
			.description("Reveals refused because a gateway wanted too many different keys")
			.register(meters);
	}

	/**
	 * Counts a question.
	 * @throws ProblemException a 429 when there were too many this second
	 */
	void take(Actor gateway) {
		if (!this.questions.admits(nameOf(gateway))) {
			this.limited.increment();
			throw tooMany();
		}
	}

	/**
	 * Whether the gateway may be given this key too.
	 */
	boolean takeDistinct(Actor gateway, UUID key) {
		Given wanted = new Given(nameOf(gateway), key);
		if (isGiven(wanted) || give(wanted)) {
			return true;
		}
		this.alarms.increment();
		logger.error("ALARM: the gateway at {} wants more than {} different provider keys a minute. Is it captured?",
				gateway.address(), this.properties.distinctPerMinute());
		return false;
	}

	private boolean isGiven(Given wanted) {
		return this.given.getIfPresent(wanted) != null;
	}

	private boolean give(Given wanted) {
		this.giving.lock();
		try {
			if (!isGiven(wanted)) {
				if (!this.differentKeys.admits(wanted.gateway())) {
					return false;
				}
				this.given.put(wanted, wanted);
			}
			return true;
		}
		finally {
			this.giving.unlock();
		}
	}

	private static String nameOf(Actor gateway) {
		return gateway.service() + "@" + gateway.address();
	}

	static ProblemException tooMany() {
		return ProblemException.rateLimited("This gateway asks for too many keys. Ask again later.", SECOND);
	}

	/**
	 * A key that a gateway has.
	 */
	private record Given(String gateway, UUID key) {

	}

}
