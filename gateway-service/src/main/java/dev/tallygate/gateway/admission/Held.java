package dev.tallygate.gateway.admission;

import dev.tallygate.events.NanoUsd;

/**
 * What a user's open calls at this gateway may still cost in a month.
 *
 * @param calls how many are open, of any month
 * @param amount the most they may cost in it
 */
record Held(int calls, NanoUsd amount) {

	static final Held NOTHING = new Held(0, NanoUsd.ZERO);

}
