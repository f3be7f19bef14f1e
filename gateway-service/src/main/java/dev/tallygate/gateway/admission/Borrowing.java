package dev.tallygate.gateway.admission;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one account gets on with borrowing under one limit. Guarded by the account's lock.
 * <p>
 * What it gives back is a promise, which holds from before it is sent until a later ask
 * is answered: whether it was lost, doubled, delayed or overtaken by a status, nothing is
 * spent here that budget-service may have lent to somebody else.
 */
final class Borrowing {

	/** What is not needed yet is asked for so much more seldom. */
	private static final int AHEAD = 8;

	private final long retryNanos;

	/** At most so much is to be spent beyond what is counted, whatever a status says. */
	private @Nullable Long promised;

	private long promisedBy;

	private int refusals;

	private long refusedAt;

	/** What a call needed that had to be refused, should it come again. */
	private long missed;

	Borrowing(Duration retry) {
		this.retryNanos = retry.toNanos();
	}

	/** A call was refused that would have needed so much of a longer line. */
	void missed(long nanos) {
		this.missed = Math.max(this.missed, nanos);
	}

	/** What was missed since this was last asked; 0 for nothing. */
	long takeMissed() {
		long taken = this.missed;
		this.missed = 0;
		return taken;
	}

	/** What may be spent of what a status says. */
	long atMost(long line) {
		return (this.promised != null) ? Math.min(line, this.promised) : line;
	}

	/** Whether something is promised and not answered. */
	boolean isPromised() {
		return this.promised != null;
	}

	/** How often in a row there was not enough to lend. */
	int refusals() {
		return this.refusals;
	}

	/** Whether it is time to ask for more. */
	boolean mayAsk(long now) {
		return this.refusals == 0 || now - this.refusedAt >= this.retryNanos;
	}

	/** Whether it makes sense to ask for more than is needed now. */
	boolean mayAskAhead(long now) {
		return this.refusals == 0 || now - this.refusedAt >= AHEAD * this.retryNanos;
	}

	/** From now on no more than this is spent, until a later ask is answered. */
	void promise(Ask ask) {
		this.promised = atMost(ask.line());
		this.promisedBy = ask.ask();
	}

	/** An ask was answered. */
	void answered(Ask ask) {
		if (ask.ask() >= this.promisedBy) {
			this.promised = null;
		}
	}

	/** Whether the answer is as long a line as was asked for. */
	void granted(boolean enough, long now) {
		this.refusals = enough ? 0 : this.refusals + 1;
		this.refusedAt = now;
	}

	/** It was given back between two tries. */
	void gaveBack() {
		this.refusals++;
	}

}
