package dev.tallygate.gateway.completion.relay;

import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.RateHeaders;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.limits.HeapGuard;
import dev.tallygate.gateway.limits.RateLimits;
import dev.tallygate.gateway.limits.RateOutcome;
import dev.tallygate.gateway.limits.RepeatGuard;
import dev.tallygate.security.caller.Caller;
import java.time.Duration;

/**
 * Lets a call in, or says why not yet.
 *
 * @param rates requests and tokens a minute
 * @param repeats the same prompt again and again
 * @param heap whether there is memory for more work
 */
record Gatekeeper(RateLimits rates, RepeatGuard repeats, HeapGuard heap) {

	/** Whether a call may be made. */
	sealed interface Verdict {

	}

	/** It may, and has taken its part. */
	record Passed() implements Verdict {

	}

	/**
	 * Not yet.
	 *
	 * @param why what the caller is told
	 */
	record Stopped(WireError why) implements Verdict {

	}

	/** Whether no call may begin now, whoever's it is. */
	boolean isClosed() {
		return this.heap.isFull();
	}

	/** Notes that a prompt came. */
	RepeatGuard.Seen came(Caller caller, byte[] body, int length) {
		return this.repeats.came((caller.apiKeyId() != null) ? caller.apiKeyId() : caller.userId(), body, length);
	}

	/** Whether this call may be made now. */
	Verdict ask(Incoming in, RepeatGuard.Seen seen) {
		if (seen.tooOften()) {
			return new Stopped(Errors.repeated(seen.count(), atLeastOne(seen.left())));
		}
		Caller caller = in.caller();
		RateOutcome outcome = this.rates.ask(caller.userId(), caller.apiKeyId(), in.request().inputTokens());
		RateHeaders.write(outcome, in.wire(), in.arrival().response());
		return (outcome instanceof RateOutcome.Exceeded exceeded) ? new Stopped(Errors.rateLimited(exceeded))
				: new Passed();
	}

	/** So many tokens were used at one target. */
	void used(Incoming in, long tokens) {
		this.rates.used(in.caller().userId(), in.caller().apiKeyId(), tokens);
	}

	/**
	 * A call that was let in has ended at all its targets. What it took for its input is
	 * given back once, for what it used counts by now.
	 */
	void ended(Incoming in) {
		this.rates.used(in.caller().userId(), in.caller().apiKeyId(), -in.request().inputTokens());
	}

	private static Duration atLeastOne(Duration wait) {
		return (wait.toSeconds() < 1) ? Duration.ofSeconds(1) : wait;
	}

}
