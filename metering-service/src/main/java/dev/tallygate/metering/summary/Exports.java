package dev.tallygate.metering.summary;

import dev.tallygate.events.UserId;
import dev.tallygate.security.problem.ProblemException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/**
 * Who exports at the moment. A slow reader holds a thread and no connection; that nobody
 * holds many is seen to here.
 */
@Component
public class Exports {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

	private final Map<UserId, Integer> running = new ConcurrentHashMap<>();

	private final ExportProperties properties;

	Exports(ExportProperties properties) {
		this.properties = properties;
	}

	/**
	 * Begins one; closing it ends it.
	 * @throws ProblemException a 429 when the user, or everybody together, has enough of
	 * them
	 */
	public Running begin(UserId user) {
		int all = this.running.values().stream().mapToInt(Integer::intValue).sum();
		if (all >= this.properties.most()) {
			throw tooMany();
		}
		this.running.merge(user, 1, (held, one) -> {
			if (held >= this.properties.perUser()) {
				throw tooMany();
			}
			return held + one;
		});
		return () -> this.running.computeIfPresent(user, (key, held) -> (held > 1) ? held - 1 : null);
	}

	private static ProblemException tooMany() {
		return ProblemException.rateLimited("Too many exports are running. Wait until one has ended.", RETRY_AFTER);
	}

	/** An export. */
	public interface Running extends AutoCloseable {

		@Override
		void close();

	}

	/**
	 * How many exports run at a time.
	 *
	 * @param perUser of one user
	 * @param most of all together
	 */
	@ConfigurationProperties("tallygate.metering.exports")
	record ExportProperties(@DefaultValue("2") int perUser, @DefaultValue("32") int most) {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(ExportProperties.class)
	static class Wiring {

	}

}
