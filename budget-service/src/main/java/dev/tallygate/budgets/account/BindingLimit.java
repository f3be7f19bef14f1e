package dev.tallygate.budgets.account;

import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;

/**
 * The limit that counts: the smaller of the owner's amount and the administrator's
 * ceiling.
 *
 * @param cents its amount in US cents, 0 to 10⁹
 * @param source whose it is: {@link Limit#BUDGET}, {@link Limit#CEILING} or
 * {@link Limit#DEFAULT}
 */
public record BindingLimit(long cents, Limit source) {

	/**
	 * Its amount.
	 */
	public NanoUsd amount() {
		return NanoUsd.ofCents(this.cents);
	}

}
