package dev.tallygate.budgets.audit;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How changes get into the audit chain, which is key-service's.
 *
 * @param interval how often to look for changes that were left behind
 * @param retryDelay pause after a first failure
 * @param maxRetryDelay the longest pause after a failure
 * @param connectTimeout limit of connecting
 * @param requestTimeout limit of one report
 * @param batchSize the most changes read at once
 */
@ConfigurationProperties("tallygate.audit-trail")
record AuditProperties(@DefaultValue("5s") Duration interval, @DefaultValue("500ms") Duration retryDelay,
		@DefaultValue("30s") Duration maxRetryDelay, @DefaultValue("1s") Duration connectTimeout,
		@DefaultValue("5s") Duration requestTimeout, @DefaultValue("100") int batchSize) {

}
