package dev.tallygate.budgets.status;

import dev.tallygate.events.BudgetStatus;
import java.util.List;

/**
 * Where changed statuses go.
 */
public interface StatusOutlet {

	/**
	 * Publishes these as soon as the running transaction has committed, and nothing when
	 * it does not.
	 */
	void publishAfterCommit(List<BudgetStatus> changed);

}
