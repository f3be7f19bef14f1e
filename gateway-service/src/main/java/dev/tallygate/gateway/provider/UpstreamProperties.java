package dev.tallygate.gateway.provider;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits on calls to providers.
 *
 * @param connectTimeout to connect, TLS included
 * @param firstByteTimeout from the sent request to the head of a streamed answer
 * @param idleTimeout between two reads of a streamed answer
 * @param totalTimeout of a whole call
 * @param maxConnections to one origin at a time
 * @param keepAlive how long an idle connection is kept
 * @param maxAnswer the largest answer that is not streamed
 * @param maxEvent the largest event of a stream
 * @param maxHead the longest line of an answer's head, in bytes
 * @param retryShare how many of the open calls may be retries, in percent
 * @param retryFloor how many retries may always be open
 * @param providersRefresh how often the list of providers is asked for
 * @param wholeTimeout from the sent request to the end of an answer that is not streamed:
 * a provider thinks for minutes before it sends anything, and bills it
 * @param maxAnswers the most memory that all answers and large events take which are held
 * whole; 0 for a quarter of the heap
 */
@ConfigurationProperties("tallygate.upstream")
public record UpstreamProperties(@DefaultValue("5s") Duration connectTimeout,
		@DefaultValue("120s") Duration firstByteTimeout, @DefaultValue("60s") Duration idleTimeout,
		@DefaultValue("60m") Duration totalTimeout, @DefaultValue("8192") int maxConnections,
		@DefaultValue("15s") Duration keepAlive, @DefaultValue("32MB") DataSize maxAnswer,
		@DefaultValue("32MB") DataSize maxEvent, @DefaultValue("16KB") DataSize maxHead,
		@DefaultValue("20") int retryShare, @DefaultValue("3") int retryFloor,
		@DefaultValue("30s") Duration providersRefresh, @DefaultValue("10m") Duration wholeTimeout,
		@DefaultValue("0B") DataSize maxAnswers) {

	public UpstreamProperties {
		maxAnswers = (maxAnswers.toBytes() > 0) ? maxAnswers : DataSize.ofBytes(Runtime.getRuntime().maxMemory() / 4);
	}

}
