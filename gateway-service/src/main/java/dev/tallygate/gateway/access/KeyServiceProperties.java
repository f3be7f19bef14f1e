package dev.tallygate.gateway.access;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How key-service is asked for provider keys.
 *
 * @param internalUrl its internal port
 * @param connectTimeout to connect
 * @param requestTimeout for one answer
 * @param keyTtl how long a provider key is kept at most, up to 30 s
 * @param absentTtl how long it is remembered that there is none
 * @param recheck how often the keys of running streams are looked at again
 */
@ConfigurationProperties("tallygate.keys")
public record KeyServiceProperties(URI internalUrl, @DefaultValue("1s") Duration connectTimeout,
		@DefaultValue("5s") Duration requestTimeout, @DefaultValue("30s") Duration keyTtl,
		@DefaultValue("2s") Duration absentTtl, @DefaultValue("2s") Duration recheck) {

	private static final Duration MAX_TTL = Duration.ofSeconds(30);

	public KeyServiceProperties {
		if (keyTtl.isNegative() || keyTtl.compareTo(MAX_TTL) > 0) {
			throw new IllegalArgumentException("tallygate.keys.key-ttl must be 0s to 30s");
		}
	}

}
