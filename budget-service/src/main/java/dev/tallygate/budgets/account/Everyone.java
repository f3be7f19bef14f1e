package dev.tallygate.budgets.account;

import dev.tallygate.budgets.account.Lending.Sources;
import dev.tallygate.events.BudgetStatus.Enforcement;
import org.jspecify.annotations.Nullable;

/**
 * What holds for all accounts, as one transaction saw it.
 *
 * @param defaultCents the monthly ceiling in US cents of whoever has none; null for none
 * @param defaultEnforcement what happens there
 * @param sources the gateways that may have lines
 */
public record Everyone(@Nullable Long defaultCents, Enforcement defaultEnforcement, Sources sources) {

	/** No ceiling and no gateway. */
	public static final Everyone NOTHING = new Everyone(null, Enforcement.HARD, Sources.NONE);

	/** The ceiling of whoever has none; null for none. */
	@Nullable Ceiling ceiling() {
		return (this.defaultCents != null) ? new Ceiling(this.defaultCents, this.defaultEnforcement) : null;
	}

	/**
	 * A ceiling for everyone, as an account was told of it.
	 *
	 * @param cents in US cents
	 * @param enforcement what happens there; null where it was not noted
	 */
	record Ceiling(long cents, @Nullable Enforcement enforcement) {

	}

}
