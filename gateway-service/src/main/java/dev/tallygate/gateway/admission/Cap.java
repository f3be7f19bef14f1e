package dev.tallygate.gateway.admission;

import dev.tallygate.events.Limit;
import java.time.Instant;

/**
 * A limit at a moment, as a call meets it. All amounts are nano-USD.
 *
 * @param limit which limit
 * @param amount how much it allows in its period
 * @param spent what counts against it already
 * @param held what open calls hold of it
 * @param end when it starts anew
 */
record Cap(Limit limit, long amount, long spent, long held, Instant end) {

	/** What a limit says to a call, mildest first. */
	enum Answer {

		FITS, MUST_WAIT, NEVER

	}

	/** What no call holds yet. */
	long left() {
		return this.amount - this.spent - this.held;
	}

	/**
	 * Whether a call may begin.
	 * @param lastChance it has waited as long as it may: what grows begins with less than
	 * it would like
	 */
	Answer answer(Need need, boolean lastChance) {
		long idle = this.amount - this.spent;
		if (idle <= 0 || need.least() > idle) {
			return Answer.NEVER;
		}
		long asked = switch (need.how()) {
			case BOUNDED -> need.least();
			case LIKELY -> 1;
			case GROWING -> lastChance ? need.least() : Math.min(need.wanted(), idle);
		};
		return (asked <= left()) ? Answer.FITS : Answer.MUST_WAIT;
	}

}
