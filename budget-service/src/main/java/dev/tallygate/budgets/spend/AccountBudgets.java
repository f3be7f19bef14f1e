package dev.tallygate.budgets.spend;

import dev.tallygate.budgets.budget.Budget;
import dev.tallygate.budgets.budget.BudgetState;
import dev.tallygate.budgets.budget.Budgets;
import dev.tallygate.budgets.budget.Standing;
import dev.tallygate.events.UserId;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Budgets as parts of the accounts.
 */
@Component
class AccountBudgets implements Budgets {

	private final JdbcTemplate jdbc;

	private final Books books;

	AccountBudgets(JdbcTemplate jdbc, Books books) {
		this.jdbc = jdbc;
		this.books = books;
	}

	@Override
	public @Nullable Standing standing(UserId user) {
		Account account = this.books.read(user);
		return (account != null) ? account.standing() : null;
	}

	@Override
	public @Nullable Standing change(UserId user, UnaryOperator<Budget> change) {
		return this.books.change(user, (account) -> {
			account.change(change.apply(account.budget()));
			return account.standing();
		});
	}

	@Override
	public List<Owned> page(@Nullable BudgetState state, @Nullable UserId after, int most) {
		List<UserId> users = this.jdbc.query("""
				SELECT user_id FROM account_state
				 WHERE user_id > ? AND (?::text IS NULL OR state = ?) ORDER BY user_id LIMIT ?
				""", (rs, i) -> new UserId(rs.getObject(1, UUID.class)),
				(after != null) ? after.value() : new UUID(0, 0), name(state), name(state), most);
		return this.books.readAll(users)
			.stream()
			.map((account) -> new Owned(account.userId(), account.standing()))
			.toList();
	}

	@SuppressWarnings("NullAway") // A parameter of JdbcTemplate may be null.
	private static Object name(@Nullable BudgetState state) {
		return (state != null) ? state.wireName() : null;
	}

}
