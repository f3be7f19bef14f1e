package dev.tallygate.budgets.lease;

import dev.tallygate.budgets.lease.OpenCalls.Elsewhere;
import dev.tallygate.budgets.lease.OpenCalls.Open;
import dev.tallygate.events.UserId;
import dev.tallygate.security.internal.AllowedServices;
import dev.tallygate.security.problem.ProblemException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Gateways tell what is open there, and learn what is open elsewhere.
 */
@RestController
@AllowedServices("gateway")
class OpenCallsController {

	private static final int MAX_USERS = 20_000;

	private final Gateways gateways;

	private final OpenCalls openCalls;

	private final TransactionTemplate transaction;

	OpenCallsController(Gateways gateways, OpenCalls openCalls, PlatformTransactionManager transactions) {
		this.gateways = gateways;
		this.openCalls = openCalls;
		this.transaction = new TransactionTemplate(transactions);
	}

	@PostMapping("/internal/open-calls")
	Others tell(@RequestBody Telling body) {
		String source = Sources.check(body.source());
		List<Open> calls = body.calls();
		if (calls == null || calls.size() > MAX_USERS || !calls.stream().allMatch(OpenCallsController::isSound)) {
			throw ProblemException.invalidField("calls",
					"must be of at most " + MAX_USERS + " users, with numbers that are not negative");
		}
		return new Others(this.gateways.inSession(this.transaction, source, body.session(),
				() -> this.openCalls.tell(source, calls)));
	}

	@SuppressWarnings("ConstantValue") // Jackson may leave it out.
	private static boolean isSound(@Nullable Open each) {
		return each != null && each.userId() != null && each.openCalls() >= 0 && each.heldNanos() >= 0;
	}

	@PostMapping("/internal/open-calls/elsewhere")
	Elsewhere elsewhere(@RequestBody Asking body) {
		String source = Sources.check(body.source());
		UserId user = body.userId();
		if (user == null) {
			throw ProblemException.invalidField("userId", "must be a user's id");
		}
		return this.gateways.inSession(this.transaction, source, body.session(),
				() -> this.openCalls.elsewhere(source, user));
	}

	/**
	 * What a gateway tells.
	 *
	 * @param source its source
	 * @param session of its process
	 * @param calls all its open calls, by user
	 */
	record Telling(@Nullable String source, long session, @Nullable List<Open> calls) {

	}

	/** How many gateways there are beside the one that tells. */
	record Others(int others) {

	}

	/**
	 * What a gateway asks.
	 *
	 * @param source its source
	 * @param session of its process
	 * @param userId whose calls
	 */
	record Asking(@Nullable String source, long session, @Nullable UserId userId) {

	}

}
