package dev.tallygate.keys.providerkey;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much a gateway may ask for. A gateway is told by its address.
 *
 * @param perSecond how many reveals a gateway may ask for a second
 * @param distinctPerMinute how many different keys it may be given a minute
 */
@ConfigurationProperties("tallygate.reveals")
record RevealProperties(@DefaultValue("2000") int perSecond, @DefaultValue("5000") int distinctPerMinute) {

	RevealProperties {
		if (perSecond < 1 || distinctPerMinute < 1) {
			throw new IllegalArgumentException("limits under tallygate.reveals must be at least 1");
		}
	}

}
