package dev.tallygate.budgets.budget;

import dev.tallygate.events.UserId;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The users' budgets.
 */
public interface Budgets {

	/**
	 * Where a user stands now. Somebody nobody has heard of stands at no limit and no
	 * spend.
	 * @return null when the user is gone
	 */
	@Nullable Standing standing(UserId user);

	/**
	 * Changes a user's budget under the lock on the account.
	 * @param user whose
	 * @param change from the budget as it is to the budget as it shall be; what it throws
	 * undoes everything
	 * @return where the user stands then; null when the user is gone
	 */
	@Nullable Standing change(UserId user, UnaryOperator<Budget> change);

	/**
	 * Where users stand, in the order of their ids.
	 * @param state only those in this state; null for all
	 * @param after only users after this one; null from the first
	 * @param most how many at most
	 */
	List<Owned> page(@Nullable BudgetState state, @Nullable UserId after, int most);

	/**
	 * A user's standing.
	 *
	 * @param userId whose
	 * @param standing where they stand
	 */
	record Owned(UserId userId, Standing standing) {

	}

}
