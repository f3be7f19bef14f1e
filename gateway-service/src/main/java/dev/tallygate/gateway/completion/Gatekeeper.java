package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.limits.HeapGuard;
import dev.tallygate.gateway.limits.RateLimits;
import dev.tallygate.gateway.limits.RateOutcome;
import dev.tallygate.gateway.limits.RepeatGuard;
import dev.tallygate.security.caller.Caller;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call in, or says why not yet.
 *
 * @param rates requests and tokens a minute
 * @param repeats the same prompt again and again
 * @param heap whether there is memory for more work
 */
record Gatekeeper(RateLimits rates, RepeatGuard repeats, HeapGuard heap) {

	/** Why no call may begin now, whoever's it is; null when one may. */
	@Nullable WireError closed() {
		return this.heap.isFull() ? Errors.MEMORY_FULL : null;
	}

	/** Notes that a prompt came. */
	RepeatGuard.Seen came(Caller caller, byte[] body, int length) {
		return this.repeats.came((caller.apiKeyId() != null) ? caller.apiKeyId() : caller.userId(), body, length);
	}

	/** Why this call may not be made yet; null when it may and has taken its part. */
	@Nullable WireError refuse(Incoming in, RepeatGuard.Seen seen) {
		if (seen.tooOften()) {
			return Errors.repeated(seen.count(), atLeastOne(seen.left()));
		}
		Caller caller = in.caller();
		RateOutcome outcome = this.rates.ask(caller.userId(), caller.apiKeyId(), in.request().inputTokens());
		RateHeaders.write(outcome, in.wire(), in.response());
		return (outcome instanceof RateOutcome.Exceeded exceeded) ? Errors.rateLimited(exceeded) : null;
	}

	/** A call has ended that took its input and used so much. */
	void used(Incoming in, long tokens) {
		this.rates.used(in.caller().userId(), in.caller().apiKeyId(), tokens - in.request().inputTokens());
	}

	private static Duration atLeastOne(Duration wait) {
		return (wait.toSeconds() < 1) ? Duration.ofSeconds(1) : wait;
	}

}
