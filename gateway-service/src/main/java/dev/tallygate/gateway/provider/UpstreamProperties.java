package dev.tallygate.gateway.provider;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits on calls to providers.
 *
 * @param connectTimeout to connect, TLS included
 * @param firstByteTimeout from the sent request to the head of the answer
 * @param idleTimeout between two reads of an answer
 * @param totalTimeout of a whole call
 * @param maxConnections to one origin at a time
 * @param keepAlive how long an idle connection is kept
 * @param maxAnswer the largest answer that is not streamed
 * @param maxEvent the largest event of a stream
 * @param maxHead the longest line of an answer's head, in bytes
 * @param retryShare how many of the open calls may be retries, in percent
 * @param retryFloor how many retries may always be open
 * @param providersRefresh how often the list of providers is asked for
 */
@ConfigurationProperties("tallygate.upstream")
public record UpstreamProperties(@DefaultValue("5s") Duration connectTimeout,
		@DefaultValue("120s") Duration firstByteTimeout, @DefaultValue("60s") Duration idleTimeout,
		@DefaultValue("60m") Duration totalTimeout, @DefaultValue("8192") int maxConnections,
		@DefaultValue("15s") Duration keepAlive, @DefaultValue("64MB") DataSize maxAnswer,
		@DefaultValue("1MB") DataSize maxEvent, @DefaultValue("16KB") DataSize maxHead,
		@DefaultValue("20") int retryShare, @DefaultValue("3") int retryFloor,
		@DefaultValue("30s") Duration providersRefresh) {

}
