package dev.tallygate.keys.providerkey;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.security.problem.Problem;
import dev.tallygate.security.problem.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Bounds what a captured gateway could take: how often it may ask, and how many different
 * keys it is given a minute. Going over the second is an alarm.
 */
@Component
class RevealLimits {

	private static final Logger logger = LoggerFactory.getLogger(RevealLimits.class);

	private static final long SECOND = 1_000_000_000L;

	private static final long MINUTE = 60 * SECOND;

	private static final int MAX_GATEWAYS = 1000;

	private final RevealProperties properties;

	private final Counter limited;

	private final Counter alarms;

	private final Cache<String, Gateway> gateways = Caffeine.newBuilder()
		.maximumSize(MAX_GATEWAYS)
		.expireAfterAccess(Duration.ofMinutes(10))
		.build();

	RevealLimits(RevealProperties properties, MeterRegistry meters) {
		this.properties = properties;
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
		if (!of(gateway).ask(System.nanoTime(), this.properties.perSecond())) {
			this.limited.increment();
			throw tooMany();
		}
	}

	/**
	 * Whether the gateway may be given this key too.
	 */
	boolean takeDistinct(Actor gateway, UUID key) {
		if (of(gateway).give(System.nanoTime(), key, this.properties.distinctPerMinute())) {
			return true;
		}
		this.alarms.increment();
		logger.error("ALARM: the gateway at {} wants more than {} different provider keys a minute. Is it captured?",
				gateway.address(), this.properties.distinctPerMinute());
		return false;
	}

	private Gateway of(Actor gateway) {
		return this.gateways.get(gateway.service() + "@" + gateway.address(), (name) -> new Gateway());
	}

	static ProblemException tooMany() {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.RETRY_AFTER, "1");
		return new ProblemException(Problem.of(HttpStatus.TOO_MANY_REQUESTS, "rate_limited",
				"This gateway asks for too many keys. Ask again later."), headers);
	}

	/**
	 * What a gateway has asked for in the current second and been given in this minute.
	 */
	private static final class Gateway {

		private final Set<UUID> given = new HashSet<>();

		private long second = System.nanoTime();

		private long minute = System.nanoTime();

		private int asked;

		synchronized boolean ask(long now, int limit) {
			if (now - this.second >= SECOND) {
				this.second = now;
				this.asked = 0;
			}
			this.asked++;
			return this.asked <= limit;
		}

		synchronized boolean give(long now, UUID key, int limit) {
			if (now - this.minute >= MINUTE) {
				this.minute = now;
				this.given.clear();
			}
			if (this.given.contains(key)) {
				return true;
			}
			return this.given.size() < limit && this.given.add(key);
		}

	}

}
