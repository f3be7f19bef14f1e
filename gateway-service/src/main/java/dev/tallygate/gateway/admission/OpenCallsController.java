package dev.tallygate.gateway.admission;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.admission.OpenCallsTeller.Elsewhere;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.PathUser;
import java.time.Clock;
import java.time.Instant;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells what is held of a user's month by open calls, at whatever gateway: it is neither
 * spent nor free. Of other gateways it tells what was so a second ago.
 */
@RestController
class OpenCallsController {

	private final Admission admission;

	private final OpenCallsTeller teller;

	private final KnownUsers known;

	private final Clock clock = Clock.systemUTC();

	OpenCallsController(Admission admission, OpenCallsTeller teller, KnownUsers known) {
		this.admission = admission;
		this.teller = teller;
		this.known = known;
	}

	@GetMapping("/api/users/{user}/open-calls")
	OpenCalls get(@PathUser UserId user, Caller caller) {
		this.known.require(user, caller);
		Instant now = this.clock.instant();
		Held here = this.admission.held(user, now);
		Elsewhere elsewhere = this.teller.elsewhere(user);
		NanoUsd held = here.amount().plus(elsewhere.heldNanos());
		return new OpenCalls(here.calls() + elsewhere.openCalls(), held, held.toUsd(), 1 + elsewhere.gateways(),
				elsewhere.silent(), now);
	}

	/**
	 * Open calls and what they hold.
	 *
	 * @param openCalls how many there are
	 * @param heldNanos the most they may cost in the month of the user's budget
	 * @param gateways at how many gateways
	 * @param silentGateways how many more have not said of late what is open there: they
	 * may be gone
	 * @param asOf when this was read
	 */
	record OpenCalls(int openCalls, NanoUsd heldNanos, String heldUsd, int gateways, int silentGateways, Instant asOf) {

	}

}
