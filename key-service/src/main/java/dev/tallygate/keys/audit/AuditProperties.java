package dev.tallygate.keys.audit;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When the heads of the audit chains are published.
 *
 * @param publishInterval at the latest this long after an entry
 * @param publishEntries or after this many entries of a chain
 * @param readTimeout how long reading the published heads may take
 */
@ConfigurationProperties("tallygate.audit")
record AuditProperties(@DefaultValue("60s") Duration publishInterval, @DefaultValue("1000") int publishEntries,
		@DefaultValue("20s") Duration readTimeout) {

}
