package dev.tallygate.gateway.admission;

import dev.tallygate.events.UserId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What an open call holds of the limits it is under: pending, then posted, voided or
 * expired. Ends once, whatever threads race.
 */
public final class Reservation {

	private final Account account;

	private final long number;

	private final Wish wish;

	private final Kind kind;

	private final long heldSince;

	private final AtomicBoolean ended = new AtomicBoolean();

	/** Guarded by the account's lock. */
	private long nanos;

	/** The output that the hold pays for; guarded by the account's lock. */
	private long outputTokens;

	/** Once so much is delivered, the hold is to grow. */
	private volatile long growsAt = Long.MAX_VALUE;

	private volatile @Nullable Refusal cutBy;

	/**
	 * By scope, the periods it counts in that are over; guarded by the account's lock.
	 */
	private Map<String, Outlived> outlived = Map.of();

	Reservation(Account account, long number, Wish wish, Kind kind, long nanos, long heldSince) {
		this.account = account;
		this.number = number;
		this.wish = wish;
		this.kind = kind;
		this.nanos = nanos;
		this.heldSince = heldSince;
	}

	/** The month the call counts in, in the time zone of the user's budget. */
	public YearMonth period() {
		return YearMonth.from(this.kind.day());
	}

	/** The day the call counts in, in the same time zone. */
	public LocalDate day() {
		return this.kind.day();
	}

	/** Whose. */
	public UserId userId() {
		return this.account.userId();
	}

	/** Unlike that of any other reservation of the account. */
	long number() {
		return this.number;
	}

	Wish wish() {
		return this.wish;
	}

	Kind kind() {
		return this.kind;
	}

	/** What it holds, in nano-USD. */
	long nanos() {
		return this.nanos;
	}

	long outputTokens() {
		return this.outputTokens;
	}

	/** Since when it holds anything, by the clock that never jumps, in nanoseconds. */
	long heldSince() {
		return this.heldSince;
	}

	Instant madeAt() {
		return this.wish.at();
	}

	/** The periods it counts in that are over, by the scope of their limits. */
	Map<String, Outlived> outlived() {
		return this.outlived;
	}

	/** A period it counts in is over; the first one of a limit is the one. */
	void outlives(String scope, Outlived period) {
		if (this.outlived.isEmpty()) {
			this.outlived = new HashMap<>(4);
		}
		this.outlived.putIfAbsent(scope, period);
	}

	/** Takes so much more of the periods that are over. */
	void takeOfOutlived(long more) {
		this.outlived.values().forEach((each) -> each.take(more));
	}

	/** Now holds {@code nanos}, which pay for {@code tokens} of output. */
	void holds(long heldNanos, long tokens, long growAt) {
		this.nanos = heldNanos;
		this.outputTokens = tokens;
		this.growsAt = growAt;
	}

	/**
	 * Notes how much output was delivered so far; a hold that grows takes more in time.
	 * Costs a comparison but for a few times in a call.
	 * @return whether the call may go on; when not, a limit is reached, and no other call
	 * made room in time
	 */
	public boolean delivered(long tokens) {
		return tokens < this.growsAt || this.account.grow(this, tokens);
	}

	/** The limit that ended the call; null when none did. */
	public @Nullable Refusal cutBy() {
		return this.cutBy;
	}

	void cutBy(Refusal limit) {
		this.cutBy = limit;
	}

	/**
	 * The call settled: its cost takes the place of the hold.
	 * @param output what it put out; null when not known, or not to be believed
	 */
	public void post(PostedCall call, @Nullable Long output) {
		this.account.post(this, this.ended.compareAndSet(false, true), call, output);
	}

	/** The call cost nothing: the hold is gone. Does nothing when it has ended before. */
	public void release() {
		if (this.ended.compareAndSet(false, true)) {
			this.account.release(this);
		}
	}

}
