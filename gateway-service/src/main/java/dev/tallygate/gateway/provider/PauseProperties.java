package dev.tallygate.gateway.provider;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a provider is left alone that takes no more calls and does not say for how
 * long.
 *
 * @param first after the first refusal; doubles with each that follows
 * @param longest at most, up to 60 s
 */
@ConfigurationProperties("tallygate.upstream.pause")
public record PauseProperties(@DefaultValue("250ms") Duration first, @DefaultValue("15s") Duration longest) {

	private static final Duration MOST = Duration.ofSeconds(60);

	public PauseProperties {
		if (!first.isPositive() || first.compareTo(longest) > 0 || longest.compareTo(MOST) > 0) {
			throw new IllegalArgumentException("'tallygate.upstream.pause.first' must be more than 0 and no more than "
					+ "'longest', which must be 60s at most");
		}
	}

}
