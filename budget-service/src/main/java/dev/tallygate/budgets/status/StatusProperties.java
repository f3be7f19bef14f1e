package dev.tallygate.budgets.status;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How statuses are published.
 *
 * @param batchSize the most statuses sent before they are noted as published
 * @param maxWaiting the most users whose status waits in memory; beyond, the sweep finds
 * them
 * @param sweepInterval how often to look for statuses that were left unpublished
 * @param retryDelay pause after a failure of the broker or the database
 * @param heartbeatInterval how often each partition gets a sign of life
 * @param maxSilence without a successful pass for this long, heartbeats stop
 * @param refusedInterval how often to try again what the broker did not take for what it
 * is
 */
@ConfigurationProperties("tallygate.status")
public record StatusProperties(@DefaultValue("500") int batchSize, @DefaultValue("100000") int maxWaiting,
		@DefaultValue("1s") Duration sweepInterval, @DefaultValue("200ms") Duration retryDelay,
		@DefaultValue("1s") Duration heartbeatInterval, @DefaultValue("5s") Duration maxSilence,
		@DefaultValue("1m") Duration refusedInterval) {

}
