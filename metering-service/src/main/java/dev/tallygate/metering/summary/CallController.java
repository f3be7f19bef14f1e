package dev.tallygate.metering.summary;

import dev.tallygate.events.CallId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.metering.ledger.LedgerReader;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * One call and why it costs what it costs.
 */
@RestController
class CallController {

	private final LedgerReader ledger;

	CallController(LedgerReader ledger) {
		this.ledger = ledger;
	}

	@GetMapping("/api/calls/{callId}")
	@Operation(summary = "All about a call of one's own; an administrator may ask for anyone's",
			description = "The event, its charges by meter, what the provider reported, corrections, and what it costs now.")
	CallReport call(@PathVariable String callId, @Parameter(hidden = true) Caller caller) {
		return this.ledger.call(parse(callId), caller.isAdmin() ? null : caller.userId())
			.map(CallReport::of)
			.orElseThrow(ProblemException::notFound);
	}

	private static CallId parse(String id) {
		try {
			return new CallId(UuidV7.parse(id));
		}
		catch (IllegalArgumentException ex) {
			throw ProblemException.notFound();
		}
	}

}
