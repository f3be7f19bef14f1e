package dev.tallygate.budgets.budget;

import dev.tallygate.budgets.account.Budget;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.security.problem.ProblemException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change of a budget as its owner or an administrator sends it: what is absent stays as
 * it is, a null amount is no limit.
 *
 * @param body what was sent
 */
record BudgetPatch(LimitBody body) {

	private static final String BUDGET = "monthlyBudgetCents";

	private static final String CEILING = "ceilingCents";

	private static final Set<String> FIELDS = Set.of(BUDGET, "enforcement", "thresholds", "timeZone", CEILING);

	/**
	 * Whether it speaks of the ceiling, which only an administrator may.
	 */
	boolean touchesCeiling() {
		return this.body.has(CEILING);
	}

	/**
	 * The budget with the changes.
	 * @throws ProblemException a 400 that names the field which is wrong
	 */
	Budget applyTo(Budget budget) {
		this.body.only(FIELDS);
		return new Budget(this.body.has(BUDGET) ? this.body.cents(BUDGET) : budget.monthlyCents(),
				touchesCeiling() ? this.body.cents(CEILING) : budget.ceilingCents(),
				this.body.enforcement(budget.enforcement()), this.body.thresholds(budget.thresholds()),
				this.body.timeZone(budget.timeZone()));
	}

	/**
	 * What {@link BudgetPatch} takes, for the API document.
	 *
	 * @param monthlyBudgetCents whole cents, 0 to 10⁹; null for no limit
	 * @param enforcement what happens at the limit
	 * @param thresholds percentages at which to alert
	 * @param timeZone IANA zone, in force from the next period
	 * @param ceilingCents whole cents, 0 to 10⁹; null for none; administrators only
	 */
	record Document(@Nullable Long monthlyBudgetCents, @Nullable Enforcement enforcement,
			@Nullable List<Integer> thresholds, @Nullable String timeZone, @Nullable Long ceilingCents) {

	}

}
