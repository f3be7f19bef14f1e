package dev.tallygate.security.caller;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of the look-ups at key-service and of their cache.
 *
 * @param positiveTtl how long a good token is believed without asking again, at most 30 s
 * @param negativeTtl how long a bad one is, at most 2 s
 * @param maxEntries how many tokens are remembered
 * @param maxConcurrentLoads how many look-ups may be under way
 * @param connectTimeout limit of connecting
 * @param requestTimeout limit of one look-up
 */
@ConfigurationProperties("tallygate.introspection")
public record IntrospectionProperties(@DefaultValue("30s") Duration positiveTtl,
		@DefaultValue("2s") Duration negativeTtl, @DefaultValue("100000") int maxEntries,
		@DefaultValue("64") int maxConcurrentLoads, @DefaultValue("1s") Duration connectTimeout,
		@DefaultValue("3s") Duration requestTimeout) {

	private static final Duration MAX_POSITIVE = Duration.ofSeconds(30);

	private static final Duration MAX_NEGATIVE = Duration.ofSeconds(2);

	public IntrospectionProperties {
		if (positiveTtl.isNegative() || positiveTtl.compareTo(MAX_POSITIVE) > 0) {
			throw new IllegalArgumentException("tallygate.introspection.positive-ttl must be 0s to 30s");
		}
		if (negativeTtl.isNegative() || negativeTtl.compareTo(MAX_NEGATIVE) > 0) {
			throw new IllegalArgumentException("tallygate.introspection.negative-ttl must be 0s to 2s");
		}
		if (maxEntries < 1 || maxConcurrentLoads < 1) {
			throw new IllegalArgumentException("limits under tallygate.introspection must be at least 1");
		}
	}

	/**
	 * The defaults.
	 */
	public static IntrospectionProperties defaults() {
		return new IntrospectionProperties(MAX_POSITIVE, MAX_NEGATIVE, 100_000, 64, Duration.ofSeconds(1),
				Duration.ofSeconds(3));
	}

}
