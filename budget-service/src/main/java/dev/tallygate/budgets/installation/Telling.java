package dev.tallygate.budgets.installation;

import dev.tallygate.budgets.installation.Installation.Standing;
import dev.tallygate.events.BudgetStatus.Enforcement;
import org.jspecify.annotations.Nullable;

/**
 * At which looks the installation's standing is told: when something has changed, and
 * while a limit refuses calls again and again. A gateway knows from users' statuses what
 * is counted, and adds that to what it was told of the sum until two tellings have
 * followed. So they must follow however quiet it is, soon after a change, and later too
 * for a gateway that was away or has just started.
 */
final class Telling {

	/** At most so many looks lie between two tellings: 5 s. */
	private static final int LONGEST = 25;

	private @Nullable Standing told;

	/** Since the last telling. */
	private int looks;

	/** After so many it is told again. */
	private int after = 1;

	/** Whether it is to be told at this look. */
	boolean isDue(Standing now) {
		this.looks++;
		return !now.saysTheSameAs(this.told) || (refuses(now) && this.looks >= this.after);
	}

	private static boolean refuses(Standing now) {
		return now.limitCents() != null && now.enforcement() == Enforcement.HARD;
	}

	/** It was told. */
	void told(Standing now) {
		this.after = now.saysTheSameAs(this.told) ? Math.min(2 * this.after, LONGEST) : 1;
		this.looks = 0;
		this.told = now;
	}

}
