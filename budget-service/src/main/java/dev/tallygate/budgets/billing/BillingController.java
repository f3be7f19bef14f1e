package dev.tallygate.budgets.billing;

import dev.tallygate.budgets.account.CreditGrant;
import dev.tallygate.budgets.account.Credits;
import dev.tallygate.budgets.account.GrantOutcome;
import dev.tallygate.budgets.known.OwnedKeys;
import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.caller.UserInPath;
import dev.tallygate.security.problem.ProblemException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Billing accounts over REST.
 */
@RestController
class BillingController implements UserInPath {

	private static final String FREE_PLAN = "free";

	private final CreditGrants grants;

	private final OwnedKeys known;

	BillingController(CreditGrants grants, OwnedKeys known) {
		this.grants = grants;
		this.known = known;
	}

	@Override
	public void requireOf(UserId user, Map<String, String> path, Caller caller) {
		this.known.require(user, caller);
	}

	@GetMapping("/api/users/{user}/billing-account")
	BillingAccountView get(@PathUser UserId user, Caller caller) {
		Credits credits = this.grants.credits(user, caller);
		if (credits == null) {
			throw ProblemException.notFound();
		}
		return BillingAccountView.of(credits);
	}

	/** Answers 201 when it granted, 200 when the same request had granted before. */
	@PostMapping("/api/users/{user}/credits")
	@AdminOnly
	ResponseEntity<BillingAccountView> grant(@PathUser UserId user, Caller caller, @RequestBody GrantRequest request) {
		return switch (this.grants.grant(user, request.toGrant(), caller)) {
			case GrantOutcome.Granted(Credits credits, boolean repeated) ->
				ResponseEntity.status(repeated ? HttpStatus.OK : HttpStatus.CREATED)
					.body(BillingAccountView.of(credits));
			case GrantOutcome.KeyTaken() -> throw new ProblemException(HttpStatus.CONFLICT, "idempotency_key_taken",
					"This idempotencyKey names a grant of another amount or reason. Use a new one for a new grant.");
			case GrantOutcome.TooMany() -> throw ProblemException.invalidField("amount",
					"would bring the account above " + CreditGrant.MAX_AMOUNT + " granted credits");
			case GrantOutcome.NoSuchUser() -> throw ProblemException.notFound();
		};
	}

	/** A grant as it is asked for. */
	record GrantRequest(@Nullable Long amount, @Nullable String reason, @Nullable String idempotencyKey) {

		CreditGrant toGrant() {
			if (this.amount == null || this.amount < 1 || this.amount > CreditGrant.MAX_AMOUNT) {
				throw ProblemException.invalidField("amount",
						"must be a whole number of credits from 1 to " + CreditGrant.MAX_AMOUNT);
			}
			return new CreditGrant(this.amount, text("reason", this.reason, CreditGrant.MAX_REASON),
					text("idempotencyKey", this.idempotencyKey, CreditGrant.MAX_KEY));
		}

		private static String text(String field, @Nullable String value, int most) {
			if (value == null || value.isBlank() || value.codePointCount(0, value.length()) > most
					|| value.indexOf('\0') >= 0) {
				throw ProblemException.invalidField(field, "must be 1 to " + most + " characters");
			}
			return value;
		}

	}

	/** A billing account as REST answers it. Amounts are whole credits. */
	record BillingAccountView(String plan, long creditsIncluded, long creditsGranted, long creditsUsed,
			long creditsRemaining, Instant billingCycleStart, Instant billingCycleEnd) {

		static BillingAccountView of(Credits credits) {
			return new BillingAccountView(FREE_PLAN, credits.included(), credits.grantedInAll(), credits.usedCredits(),
					credits.remainingCredits(), credits.cycle().start(), credits.cycle().end());
		}

	}

}
