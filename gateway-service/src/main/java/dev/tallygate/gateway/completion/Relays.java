package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.access.RejectedKeys;
import dev.tallygate.gateway.dialect.Tokenizer;
import dev.tallygate.gateway.provider.Breakers;
import dev.tallygate.gateway.provider.RetryBudget;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.provider.UpstreamProperties;
import dev.tallygate.gateway.provider.Watch;

/**
 * What every relayed call needs.
 *
 * @param client connections to providers
 * @param breakers a circuit breaker per origin and model
 * @param retries how many calls may be tried again
 * @param watch deadlines and heartbeats
 * @param tokenizer counts what providers do not report
 * @param meters metrics
 * @param rejectedKeys where rejected keys are reported
 * @param upstream limits on providers
 * @param properties limits on callers
 */
record Relays(UpstreamClient client, Breakers breakers, RetryBudget retries, Watch watch, Tokenizer tokenizer,
		RouteMeters meters, RejectedKeys rejectedKeys, UpstreamProperties upstream, CompletionProperties properties) {

	/** Tells key-service that a provider rejected a user's key, without waiting. */
	void report(ProviderAccess access) {
		this.rejectedKeys.report(access);
	}

}
