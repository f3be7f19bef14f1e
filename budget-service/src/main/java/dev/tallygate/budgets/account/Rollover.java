package dev.tallygate.budgets.account;

import dev.tallygate.events.UserId;
import dev.tallygate.messaging.BackgroundLoop;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Opens new periods and billing cycles as they begin, without waiting for an event, so
 * that gateways learn of them. Gateways do not depend on it: past the end they know they
 * take the spend as 0 by themselves. It tells them of a new ceiling for everyone, too,
 * and has a thread of its own: that must not wait for whatever else is slow.
 */
@Component
class Rollover extends BackgroundLoop {

	private static final int BATCH = 500;

	private final Accounts accounts;

	private final Books books;

	private final Duration interval;

	private boolean told;

	private Everyone.@Nullable Ceiling toldCeiling;

	Rollover(Accounts accounts, Books books, RolloverProperties properties) {
		super("rollover", properties.rolloverInterval(), properties.rolloverInterval());
		this.accounts = accounts;
		this.books = books;
		this.interval = properties.rolloverInterval();
	}

	@Override
	protected void work() throws InterruptedException {
		while (isRunning()) {
			rollOver();
			tellOfTheDefault();
			succeeded();
			pause(this.interval);
		}
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

	private void rollOver() {
		List<UserId> due;
		do {
			due = this.accounts.due(this.books.now(), BATCH);
			if (!due.isEmpty()) {
				this.books.rollOver(due);
			}
		}
		while (due.size() == BATCH);
	}

}
