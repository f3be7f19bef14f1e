package dev.tallygate.gateway.admission;

import dev.tallygate.events.Limit;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A limit at a moment, as a call meets it. All amounts are nano-USD.
 *
 * @param limit which limit
 * @param scope what budget-service calls it when it lends
 * @param amount how much it allows in its period
 * @param counted what budget-service has counted
 * @param own what this gateway's calls cost beyond that
 * @param held what its open calls hold
 * @param end when it starts anew; null when it never does
 * @param line how much this gateway may spend beyond what is counted; null when nobody
 * lends, so that only the limit itself holds
 */
record Cap(Limit limit, String scope, long amount, long counted, long own, long held, @Nullable Instant end,
		@Nullable Long line) {

	/** What a limit says to a call, mildest first. */
	enum Answer {

		FITS, MUST_BORROW, MUST_WAIT, NEVER

	}

	long spent() {
		return this.counted + this.own;
	}

	/** What counts against the line. */
	long used() {
		return this.own + this.held;
	}

	/** What nobody has spent, as far as is known here. */
	long idle() {
		return this.amount - spent();
	}

	/** What is left of the limit beside this gateway's open calls. */
	long free() {
		return idle() - this.held;
	}

	/** What a call may take without asking anybody. */
	long left() {
		return (this.line != null) ? Math.min(free(), this.line - used()) : free();
	}

	/** Whether what is lent is at least so much. */
	boolean reaches(long wanted) {
		return this.line == null || this.line >= wanted;
	}

	/** Whether so much more would be beyond what is lent. */
	boolean isLineShorterThan(long more) {
		return this.line != null && used() + more > this.line;
	}

	/** Whether more than half of what is lent is in use. */
	boolean isRunningShort() {
		return this.line != null && used() > this.line / 2;
	}

	/**
	 * What a call asks of this limit.
	 * @param lastChance it has waited as long as it may: what grows begins with less than
	 * it would like
	 */
	long asked(Need need, boolean lastChance) {
		return switch (need.how()) {
			case BOUNDED -> need.least();
			case LIKELY -> Math.max(1, Math.min(need.wanted(), free()));
			case GROWING -> lastChance ? need.least() : Math.min(need.wanted(), idle());
		};
	}

	/** Whether a call may begin. */
	Answer answer(Need need, boolean lastChance) {
		if (idle() <= 0 || need.least() > idle()) {
			return Answer.NEVER;
		}
		long asked = asked(need, lastChance);
		if (asked > free()) {
			return Answer.MUST_WAIT;
		}
		return (asked <= left()) ? Answer.FITS : Answer.MUST_BORROW;
	}

}
