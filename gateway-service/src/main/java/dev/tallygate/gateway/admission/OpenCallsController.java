package dev.tallygate.gateway.admission;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.PathUser;
import java.time.Clock;
import java.time.Instant;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells what is held of a user's month by calls that are open at this gateway: it is
 * neither spent nor free.
 */
@RestController
class OpenCallsController {

	private final Admission admission;

	private final Clock clock = Clock.systemUTC();

	OpenCallsController(Admission admission) {
		this.admission = admission;
	}

	@GetMapping("/api/users/{user}/open-calls")
	OpenCalls get(@PathUser UserId user) {
		Instant now = this.clock.instant();
		Held held = this.admission.held(user, now);
		return new OpenCalls(held.calls(), held.amount(), held.amount().toUsd(), now);
	}

	/**
	 * Open calls and what they hold.
	 *
	 * @param openCalls how many there are at this gateway
	 * @param heldNanos the most they may cost in the month of the user's budget
	 * @param asOf when this was read
	 */
	record OpenCalls(int openCalls, NanoUsd heldNanos, String heldUsd, Instant asOf) {

	}

}
