package dev.tallygate.gateway.completion.uncharged;

import dev.tallygate.gateway.completion.Arrival;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.Outcome.Failed;
import dev.tallygate.gateway.completion.answer.RateHeaders;
import dev.tallygate.gateway.completion.answer.RouteMeters;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.limits.RateLimits;
import dev.tallygate.gateway.limits.RateOutcome;
import dev.tallygate.security.caller.Caller;
import java.util.Optional;

/**
 * How often a caller may have a provider asked what costs nothing: as often as for what
 * does. It is the operator's account there that wears out.
 *
 * @param rates requests a minute; of tokens nothing is taken
 * @param meters count who is told to wait
 */
record Pace(RateLimits rates, RouteMeters meters) {

	/** Takes one request from what the caller has; what to say where there is none. */
	Optional<Failed> takeOne(Wire wire, Arrival arrival) {
		Caller caller = arrival.caller();
		RateOutcome outcome = this.rates.ask(caller.userId(), caller.apiKeyId());
		RateHeaders.write(outcome, wire, arrival.response());
		if (!(outcome instanceof RateOutcome.Exceeded exceeded)) {
			return Optional.empty();
		}
		WireError why = Errors.rateLimited(exceeded);
		this.meters.refused(why.code());
		return Optional.of(Failed.of(why));
	}

}
