package dev.tallygate.budgets.billing;

import dev.tallygate.events.UserId;
import org.jspecify.annotations.Nullable;

/**
 * The users' billing accounts.
 */
public interface BillingAccounts {

	/**
	 * The credits of the current cycle. Somebody nobody has heard of has those of the
	 * free plan.
	 * @return null when the user is gone
	 */
	@Nullable Credits credits(UserId user);

	/**
	 * Grants credits, once for each idempotency key.
	 */
	GrantOutcome grant(UserId user, CreditGrant grant, String grantedBy);

}
