package dev.tallygate.budgets.spend;

import dev.tallygate.events.UserId;
import java.util.List;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
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

	private static final Log logger = LogFactory.getLog(Rollover.class);

	private static final int BATCH = 500;

	private final Accounts accounts;

	private final Books books;

	Rollover(Accounts accounts, Books books) {
		this.accounts = accounts;
		this.books = books;
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
		}
		catch (DataAccessException | TransactionException ex) {
			logger.warn("Periods that have ended wait: " + ex);
		}
	}

}
