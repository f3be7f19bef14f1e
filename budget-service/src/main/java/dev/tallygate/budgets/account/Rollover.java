package dev.tallygate.budgets.account;

import dev.tallygate.events.UserId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Opens new periods and billing cycles as they begin, without waiting for an event, so
 * that gateways learn of them. Gateways do not depend on it: past the end they know they
 * take the spend as 0 by themselves.
 */
@Component
class Rollover {

	private static final Logger logger = LoggerFactory.getLogger(Rollover.class);

	private static final int BATCH = 500;

	private final Accounts accounts;

	private final Books books;

	private boolean told;

	private Everyone.@Nullable Ceiling toldCeiling;

	Rollover(Accounts accounts, Books books) {
		this.accounts = accounts;
		this.books = books;
	}

	/** Whoever has no ceiling of their own learns of a new one for everyone. */
	private void tellOfTheDefault() {
		Everyone.Ceiling current = this.accounts.everyone().ceiling();
		if (this.told && Objects.equals(this.toldCeiling, current)) {
			return;
		}
		List<UserId> untold;
		do {
			untold = this.accounts.untold(BATCH);
			if (!untold.isEmpty()) {
				this.books.rollOver(untold);
			}
		}
		while (untold.size() == BATCH);
		this.told = true;
		this.toldCeiling = current;
	}

	@Scheduled(fixedDelayString = "${tallygate.status.rollover-interval:500ms}")
	void rollOver() {
		try {
			List<UserId> due;
			do {
				due = this.accounts.due(this.books.now(), BATCH);
				if (!due.isEmpty()) {
					this.books.rollOver(due);
				}
			}
			while (due.size() == BATCH);
			tellOfTheDefault();
		}
		catch (DataAccessException | TransactionException ex) {
			logger.warn("Periods that have ended wait: {}", ex.toString());
		}
	}

}
