package dev.tallygate.gateway.admission;

import dev.tallygate.events.UserId;
import java.time.Duration;
import java.time.YearMonth;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much this gateway may spend of the installation's limit: all calls of its source on
 * system keys in a month, counted or not, and what open ones hold, stay within what
 * budget-service has granted. What the source has spent is anchored once, when the
 * process registers, and from then on added up here.
 * <p>
 * All users' calls meet here, so asking what is left takes no lock.
 */
final class InstallationLine {

	static final String SCOPE = "installation";

	/** What is asked for ahead of need is this part of the limit, 1 cent at least. */
	private static final long CHUNK_PART = 64;

	private static final long LEAST_CHUNK = 10_000_000;

	private static final Duration RETRY = Duration.ofMillis(150);

	/** By month what ended calls of this process cost, in nano-USD. */
	private final Map<YearMonth, AtomicLong> settled = new ConcurrentHashMap<>();

	/** What a call needed and did not get, since this was last asked for. */
	private final AtomicLong missed = new AtomicLong();

	private final ReentrantLock lock = new ReentrantLock();

	/** Guarded by the lock. */
	private final Borrowing borrowing = new Borrowing(RETRY);

	/** By the clock that never jumps. */
	private final LongSupplier nanoTime;

	private volatile @Nullable Anchor anchor;

	private volatile Allowed allowed = new Allowed(YearMonth.of(1970, 1), 0, 0);

	/**
	 * What the source had spent in a month beside what is in {@link #settled}.
	 */
	private record Anchor(YearMonth period, long nanos) {

	}

	/**
	 * What the source may spend in a month, all in all.
	 *
	 * @param period the month
	 * @param granted by budget-service
	 * @param nanos the same, but not more than was promised
	 */
	private record Allowed(YearMonth period, long granted, long nanos) {

		long in(YearMonth month) {
			return this.period.equals(month) ? this.nanos : 0;
		}

	}

	InstallationLine(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/** A call on a system key has ended. */
	void settled(YearMonth month, long nanos) {
		this.settled.computeIfAbsent(month, (_) -> new AtomicLong()).addAndGet(nanos);
	}

	/** What ended calls of this process cost, by month. */
	Map<YearMonth, Long> settled() {
		Map<YearMonth, Long> copy = new ConcurrentHashMap<>();
		this.settled.forEach((month, nanos) -> copy.put(month, nanos.get()));
		return copy;
	}

	/** What was spent is not known, and nothing may be spent, until it is anchored. */
	void unanchor() {
		this.anchor = null;
	}

	boolean isAnchored() {
		return this.anchor != null;
	}

	/**
	 * Takes what the source has spent in a month beside what is settled here.
	 */
	void anchor(YearMonth period, long nanos) {
		this.lock.lock();
		try {
			this.anchor = new Anchor(period, nanos);
			this.allowed = new Allowed(period, 0, 0);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** What may be held beside what is spent; negative when it is too much already. */
	long room(YearMonth month) {
		Long spent = spent(month);
		return (spent != null) ? this.allowed.in(month) - spent : 0;
	}

	private @Nullable Long spent(YearMonth month) {
		Anchor from = this.anchor;
		if (from == null || month.isBefore(from.period())) {
			return null;
		}
		AtomicLong here = this.settled.get(month);
		return (month.equals(from.period()) ? from.nanos() : 0) + ((here != null) ? here.get() : 0);
	}

	/** A call could not begin, or go on, for want of so much. */
	void missed(long nanos) {
		this.missed.accumulateAndGet(nanos, Math::max);
	}

	/**
	 * What is to be asked now, if anything. What is given back is not used any more from
	 * here on.
	 * @param held what open calls hold
	 * @param limit the limit, in nano-USD
	 * @param wanted whether another gateway could not get what it asked for
	 * @param forGood whether this gateway stops
	 */
	@Nullable Ask ask(LongSupplier numbers, YearMonth month, LongSupplier held, long limit, boolean wanted, boolean forGood) {
		this.lock.lock();
		try {
			this.settled.keySet().removeIf((each) -> each.isBefore(month.minusMonths(1)));
			long line = line(month, held, limit, wanted, forGood);
			return (line >= 0) ? promise(numbers.getAsLong(), month, line, held) : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** What to ask for; -1 for nothing. */
	private long line(YearMonth month, LongSupplier held, long limit, boolean wanted, boolean forGood) {
		Long spent = spent(month);
		if (spent == null) {
			return -1;
		}
		long now = this.nanoTime.getAsLong();
		long used = spent + held.getAsLong();
		long granted = this.allowed.period().equals(month) ? this.allowed.granted() : 0;
		boolean spare = granted > used;
		if (forGood) {
			return spare ? used : -1;
		}
		long need = this.borrowing.mayAsk(now) ? this.missed.getAndSet(0) : 0;
		if (need > 0 && used + need > this.allowed.in(month)) {
			return used + need;
		}
		if (this.borrowing.isPromised() || (wanted && spare)) {
			return used;
		}
		long chunk = Math.max(LEAST_CHUNK, limit / CHUNK_PART);
		boolean ahead = granted - used < chunk / 2 && !wanted && this.borrowing.mayAskAhead(now) && used < limit;
		return ahead ? Math.min(used + chunk, limit) : -1;
	}

	/**
	 * From here on no more than this is held, until a later ask is answered. A call that
	 * came between is added, for it did not know.
	 */
	private Ask promise(long number, YearMonth month, long line, LongSupplier held) {
		long promised = line;
		Allowed before = this.allowed;
		long granted = before.period().equals(month) ? before.granted() : 0;
		long most = before.in(month);
		this.allowed = new Allowed(month, granted, Math.min(most, promised));
		Long spent = spent(month);
		long used = ((spent != null) ? spent : 0) + held.getAsLong();
		while (used > promised) {
			promised = used;
			this.allowed = new Allowed(month, granted, Math.min(most, promised));
			spent = spent(month);
			used = ((spent != null) ? spent : 0) + held.getAsLong();
		}
		Ask ask = new Ask(UserId.NOBODY, SCOPE, month.toString(), 0, number, promised);
		this.borrowing.promise(ask);
		return ask;
	}

	/**
	 * An ask was answered.
	 * @param period the month that budget-service says it is
	 * @param granted what may be spent in it
	 * @return whether it is as much as was asked for
	 */
	boolean answered(Ask ask, YearMonth period, long granted) {
		this.lock.lock();
		try {
			this.borrowing.answered(ask);
			this.allowed = new Allowed(period, granted, this.borrowing.atMost(granted));
			boolean enough = period.toString().equals(ask.period()) && granted >= ask.line();
			this.borrowing.granted(enough, this.nanoTime.getAsLong());
			return enough;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** What is granted and not spent, in nano-USD. */
	long lent() {
		Allowed now = this.allowed;
		Long spent = spent(now.period());
		return (spent != null) ? Math.max(0, now.granted() - spent) : 0;
	}

	/** Whether there is still something that only asking again can settle. */
	boolean mustAskAgain() {
		this.lock.lock();
		try {
			return this.borrowing.isPromised() || this.missed.get() > 0;
		}
		finally {
			this.lock.unlock();
		}
	}

}
