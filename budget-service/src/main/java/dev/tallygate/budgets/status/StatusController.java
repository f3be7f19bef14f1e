package dev.tallygate.budgets.status;

import dev.tallygate.security.caller.AdminOnly;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * For operators: the statuses on their topic.
 */
@RestController
class StatusController {

	private final Statuses statuses;

	StatusController(Statuses statuses) {
		this.statuses = statuses;
	}

	/**
	 * Publishes every status again, such as after the topic was damaged. The sweep does
	 * it; {@code tallygate.budget.status.published} shows how far it is.
	 */
	@PostMapping("/api/budgets/republish")
	@AdminOnly
	@ResponseStatus(HttpStatus.ACCEPTED)
	Republished republish() {
		return new Republished(this.statuses.forgetAll());
	}

	/** How many statuses will be published again. */
	record Republished(int statuses) {

	}

}
