package dev.tallygate.budgets.spend;

import dev.tallygate.budgets.account.Account;
import dev.tallygate.budgets.account.Accounts;
import dev.tallygate.budgets.account.Books;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.messaging.IntakeHandler;
import dev.tallygate.messaging.Outbox;
import dev.tallygate.messaging.Received;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Follows who comes and goes. Both kinds of event say when the user signed up, since of a
 * compacted topic only the last may be left.
 */
@Component
class UserIntake implements IntakeHandler {

	private final Accounts accounts;

	private final Books books;

	private final Outbox outbox;

	UserIntake(Accounts accounts, Books books, Outbox outbox) {
		this.accounts = accounts;
		this.books = books;
		this.outbox = outbox;
	}

	/** Of a user's events only the last counts: it says all that the others said. */
	@Override
	public int handle(List<Received> batch) {
		Map<UserId, UserEvent> latest = new HashMap<>();
		for (Received received : batch) {
			if (received.event().data() instanceof UserEvent event) {
				latest.put(event.userId(), event);
			}
		}
		Map<UserId, Account> opened = this.books.open(latest.keySet(), Set.of());
		List<Account> staying = new ArrayList<>();
		opened.forEach((user, account) -> {
			switch (Objects.requireNonNull(latest.get(user))) {
				case UserEvent.Registered registered -> staying.add(registered(account, registered));
				case UserEvent.Changed changed -> staying.add(registered(account, changed));
				case UserEvent.Deleted deleted -> remove(user);
			}
		});
		this.books.close(staying);
		return 0;
	}

	private static Account registered(Account account, UserEvent event) {
		account.register(event.createdAt());
		return account;
	}

	private void remove(UserId user) {
		this.accounts.remove(user, this.books.now());
		this.outbox.appendTombstone(Topics.BUDGET_STATUS, user.toString());
	}

}
