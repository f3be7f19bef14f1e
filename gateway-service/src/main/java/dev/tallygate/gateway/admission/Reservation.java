package dev.tallygate.gateway.admission;

import dev.tallygate.events.UserId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What an open call holds of its user's budget and credits: pending, then posted, voided
 * or expired. Ends once, whatever threads race.
 */
public final class Reservation {

	private final Account account;

	private final long number;

	private final String model;

	private final long budgetNanos;

	private final long creditNanos;

	private final Instant madeAt;

	private final LocalDate day;

	private final AtomicBoolean ended = new AtomicBoolean();

	Reservation(Account account, long number, String model, long budgetNanos, long creditNanos, Instant madeAt,
			LocalDate day) {
		this.account = account;
		this.number = number;
		this.model = model;
		this.budgetNanos = budgetNanos;
		this.creditNanos = creditNanos;
		this.madeAt = madeAt;
		this.day = day;
	}

	/** The month the call counts in, in the time zone of the user's budget. */
	public YearMonth period() {
		return YearMonth.from(this.day);
	}

	/** The day the call counts in, in the same time zone. */
	public LocalDate day() {
		return this.day;
	}

	/** Whose. */
	public UserId userId() {
		return this.account.userId();
	}

	/** Unlike that of any other reservation of the account. */
	long number() {
		return this.number;
	}

	long budgetNanos() {
		return this.budgetNanos;
	}

	long creditNanos() {
		return this.creditNanos;
	}

	Instant madeAt() {
		return this.madeAt;
	}

	/**
	 * The call settled: its cost takes the place of the hold.
	 * @param outputTokens what it put out; null when not known
	 */
	public void post(PostedCall call, @Nullable Long outputTokens) {
		this.account.post(this, this.ended.compareAndSet(false, true), call, this.model, outputTokens);
	}

	/** The call cost nothing: the hold is gone. Does nothing when it has ended before. */
	public void release() {
		if (this.ended.compareAndSet(false, true)) {
			this.account.release(this);
		}
	}

}
