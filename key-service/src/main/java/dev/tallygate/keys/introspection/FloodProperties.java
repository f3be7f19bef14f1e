package dev.tallygate.keys.introspection;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much introspection a service may ask for.
 *
 * @param perSecond how many tokens each calling service may ask about a second
 */
@ConfigurationProperties("tallygate.introspections")
record FloodProperties(@DefaultValue("2000") int perSecond) {

	FloodProperties {
		if (perSecond < 1) {
			throw new IllegalArgumentException("tallygate.introspections.per-second must be at least 1");
		}
	}

}
