package dev.tallygate.console;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * A clock that runs from the day on that {@link ServicesStub} tells of, whenever the
 * tests are run.
 */
@TestConfiguration(proxyBeanMethods = false)
class NovemberClock {

	private static final Instant START = Instant.parse("2026-11-21T10:30:00Z");

	@Bean
	@Primary
	Clock november() {
		Clock now = Clock.systemUTC();
		return Clock.offset(now, Duration.between(now.instant(), START));
	}

}
