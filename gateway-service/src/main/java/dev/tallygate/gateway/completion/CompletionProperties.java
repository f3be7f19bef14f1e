package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.dialect.RequestLimits;
import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits on what callers send and get.
 *
 * @param maxBody the largest request body; up to twice that is read and thrown away, so
 * that the caller can read the refusal
 * @param maxBodies the most memory that the request bodies of all open calls take; 0 for
 * half of the heap
 * @param maxBodiesPerUser the most memory that the request bodies of one user's open
 * calls take; 0 for a quarter of {@code maxBodies}, but no less than one body may have
 * @param bodyTimeout how long a caller may take to send a body
 * @param maxDepth how deeply a request's JSON may nest
 * @param maxMembers how many members a request may have
 * @param maxChoices the largest {@code n}
 * @param maxCountedBody the largest request whose text a tokenizer counts when the
 * provider does not report usage; a larger one is charged by the rough estimate
 * @param heartbeat after how long without an event a comment is sent
 * @param drain how long open calls may go on when the gateway stops
 * @param drainDelay how long new calls are still taken after readiness went red, so that
 * load balancers see it first
 * @param noUsageInjection providers that are never asked for usage in streams unless the
 * caller does, because they cannot take {@code stream_options}
 * @param unfinished how long a response is waited for that its provider makes in the
 * background; one that takes longer is charged by estimate
 * @param lastWords how long a caller has to read why a chat stream broke before its
 * connection does, since some throw away what they have not read by then
 */
@ConfigurationProperties("tallygate.completion")
public record CompletionProperties(@DefaultValue("32MB") DataSize maxBody, @DefaultValue("0B") DataSize maxBodies,
		@DefaultValue("30s") Duration bodyTimeout, @DefaultValue("256") int maxDepth,
		@DefaultValue("256") int maxMembers, @DefaultValue("128") int maxChoices,
		@DefaultValue("256KB") DataSize maxCountedBody, @DefaultValue("15s") Duration heartbeat,
		@DefaultValue("30s") Duration drain, @DefaultValue Set<String> noUsageInjection,
		@DefaultValue("0B") DataSize maxBodiesPerUser, @DefaultValue("1s") Duration drainDelay,
		@DefaultValue("1h") Duration unfinished, @DefaultValue("1s") Duration lastWords) {

	public CompletionProperties {
		maxBodies = (maxBodies.toBytes() > 0) ? maxBodies : DataSize.ofBytes(Runtime.getRuntime().maxMemory() / 2);
		maxBodiesPerUser = (maxBodiesPerUser.toBytes() > 0) ? maxBodiesPerUser
				: DataSize.ofBytes(Math.max(maxBodies.toBytes() / 4, maxBody.toBytes()));
		noUsageInjection = Set.copyOf(noUsageInjection);
	}

	/** What is accepted of a request. */
	public RequestLimits limits() {
		return new RequestLimits(this.maxDepth, this.maxMembers, this.maxChoices);
	}

}
