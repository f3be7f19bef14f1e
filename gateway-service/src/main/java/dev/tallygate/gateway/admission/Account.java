package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.admission.AdmissionOutcome.Admitted;
import dev.tallygate.gateway.admission.AdmissionOutcome.Denied;
import dev.tallygate.pricing.CallPrice;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One user's money as this gateway knows it: spent = counted by budget-service + own
 * calls not counted yet; held = what open calls may still cost. Invariant under a hard
 * limit with {@code max_tokens} given: spent + held &lt;= limit after every admission.
 */
final class Account {

	private static final int MAX_MODELS = 64;

	/** The highest limit there is, in nano-USD; keeps sums of holds inside a long. */
	private static final long MAX_HOLD = 10_000_000_000_000_000L;

	private static final long NOBODY_AFTER_NANOS = Duration.ofMinutes(10).toNanos();

	private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

	private final UserId userId;

	private final AdmissionProperties properties;

	private final String source;

	/** Told of every call that is posted. */
	private final Consumer<PostedCall> seen;

	private final ReentrantLock lock = new ReentrantLock();

	// All below is guarded by the lock, for writing at least.

	private final OwnCalls own = new OwnCalls();

	private final Tally held = new Tally();

	/** By number: the identity hash of a new object is dear. */
	private final Map<Long, Reservation> open = new HashMap<>();

	/** Calls that wait for room, the first to come first. */
	private final Set<Waiter> waiters = new LinkedHashSet<>();

	/** Open calls whose hold must grow and cannot; they go before those that wait. */
	private final Set<Reservation> starving = new LinkedHashSet<>();

	private final Set<RefusedLimit> refused = new HashSet<>();

	/** Recent mean output per model, in 1/16 tokens. */
	private final Map<String, Long> meanOutput = new HashMap<>();

	private Standing standing;

	private long lastReservation;

	private volatile int partition = -1;

	private volatile long firstUncounted;

	/** Whether budget-service has told where the user stands. */
	private volatile boolean known;

	/** Whether the user is deleted, so that nobody counts the calls that are left. */
	private volatile boolean gone;

	/** When a call was last added to those not counted, on the clock that never jumps. */
	private volatile long addedAt = System.nanoTime();

	private record RefusedLimit(YearMonth period, Limit limit, long amount) {

	}

	/** A call that waits until somebody who makes room decides for it. */
	private static final class Waiter {

		private final Wish wish;

		private final Freshness freshness;

		private final Condition decided;

		private @Nullable AdmissionOutcome outcome;

		Waiter(Wish wish, Freshness freshness, Condition decided) {
			this.wish = wish;
			this.freshness = freshness;
			this.decided = decided;
		}

	}

	Account(UserId userId, String source, AdmissionProperties properties, Consumer<PostedCall> seen) {
		this.seen = seen;
		this.userId = userId;
		this.source = source;
		this.properties = properties;
		this.standing = new Standing(null, properties.freeCredits());
	}

	UserId userId() {
		return this.userId;
	}

	/** The partition its status came from, -1 when there is none yet. */
	int partition() {
		return this.partition;
	}

	/**
	 * The lowest number of a call that budget-service will count and has not; 0 when
	 * there is none. It counts no calls of people who are gone, and of whom it never told
	 * anything although it is well, it never will.
	 */
	long firstUncounted(boolean budgetServiceIsWell) {
		boolean nobody = !this.known && budgetServiceIsWell && System.nanoTime() - this.addedAt > NOBODY_AFTER_NANOS;
		return (this.gone || nobody) ? 0 : this.firstUncounted;
	}

	@Nullable BudgetStatus status() {
		this.lock.lock();
		try {
			return this.standing.status();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Takes what budget-service says, unless something newer is known. */
	void update(BudgetStatus status, int fromPartition) {
		this.lock.lock();
		try {
			BudgetStatus known = this.standing.status();
			if (known != null && known.version() > status.version()) {
				return;
			}
			this.standing = new Standing(status, this.properties.freeCredits());
			this.partition = fromPartition;
			this.known = true;
			this.gone = false;
			this.own.dropUpTo(this.standing.applied(this.source));
			this.firstUncounted = this.own.firstSeq();
			serve();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The status is gone from the topic: the user is deleted, and nobody will count what
	 * is left of the calls.
	 */
	void forget() {
		this.lock.lock();
		try {
			this.standing = new Standing(null, this.properties.freeCredits());
			this.partition = -1;
			this.known = false;
			this.gone = true;
			serve();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Calls that settled before this process started. */
	void recovered(OwnCalls calls) {
		this.lock.lock();
		try {
			this.own.addAll(calls);
			this.own.dropUpTo(this.standing.applied(this.source));
			this.firstUncounted = this.own.firstSeq();
		}
		finally {
			this.lock.unlock();
		}
	}

	void post(Reservation reservation, boolean stillHeld, PostedCall call, @Nullable Long output) {
		this.lock.lock();
		try {
			if (stillHeld) {
				letGo(reservation);
			}
			if (call.seq() == PostedCall.NEVER_COUNTED || call.seq() > this.standing.applied(this.source)) {
				this.own.add(call);
				this.firstUncounted = this.own.firstSeq();
				this.addedAt = System.nanoTime();
			}
			this.seen.accept(call);
			String model = reservation.wish().target();
			if (output != null && (this.meanOutput.size() < MAX_MODELS || this.meanOutput.containsKey(model))) {
				this.meanOutput.merge(model, output * 16, (mean, latest) -> mean + (latest - mean) / 8);
			}
			serve();
		}
		finally {
			this.lock.unlock();
		}
	}

	void release(Reservation reservation) {
		this.lock.lock();
		try {
			letGo(reservation);
			serve();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void letGo(Reservation reservation) {
		if (this.open.remove(reservation.number()) != null) {
			this.held.add(reservation.kind(), -reservation.nanos());
			this.starving.remove(reservation);
		}
	}

	/**
	 * Lets go of holds that nobody has released for too long.
	 * @return how many
	 */
	int expire(Instant before) {
		this.lock.lock();
		try {
			int expired = 0;
			for (Reservation reservation : List.copyOf(this.open.values())) {
				if (reservation.madeAt().isBefore(before)) {
					letGo(reservation);
					expired++;
				}
			}
			if (expired > 0) {
				serve();
			}
			return expired;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Admits a call, after waiting for room if only open calls stand in its way. */
	AdmissionOutcome admit(Wish asked, Freshness freshness) {
		Wish wish = this.properties.grow() ? asked : asked.heldInFull();
		this.lock.lock();
		try {
			if (this.open.size() + this.waiters.size() >= this.properties.openCallsPerUser()) {
				return new Denied(
						new Refusal.TooManyOpenCalls(this.properties.openCallsPerUser(), Duration.ofSeconds(1)), null);
			}
			AdmissionOutcome outcome = decide(wish, freshness, this.properties.maxWait().isZero());
			return canWait(outcome) ? await(new Waiter(wish, freshness, this.lock.newCondition())) : outcome;
		}
		finally {
			this.lock.unlock();
		}
	}

	private AdmissionOutcome await(Waiter waiter) {
		this.waiters.add(waiter);
		try {
			long left = this.properties.maxWait().toNanos();
			while (waiter.outcome == null && left > 0) {
				left = waiter.decided.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			this.waiters.remove(waiter);
			if (waiter.outcome instanceof Admitted(Reservation reservation)) {
				letGo(reservation);
				serve();
			}
			Thread.currentThread().interrupt();
			throw new AdmissionInterruptedException(ex);
		}
		AdmissionOutcome outcome = waiter.outcome;
		if (outcome == null) {
			this.waiters.remove(waiter);
			outcome = decide(waiter.wish, waiter.freshness, true);
		}
		return outcome;
	}

	/**
	 * There may be room: gives it to those who need it and wakes nobody else. Open calls
	 * go first, for they would be cut.
	 */
	private void serve() {
		if (!this.starving.isEmpty()) {
			for (Reservation reservation : List.copyOf(this.starving)) {
				if (take(reservation, reservation.outputTokens())) {
					this.starving.remove(reservation);
				}
			}
		}
		for (Iterator<Waiter> each = this.waiters.iterator(); each.hasNext();) {
			Waiter waiter = each.next();
			AdmissionOutcome outcome = decide(waiter.wish, waiter.freshness, false);
			if (!canWait(outcome)) {
				waiter.outcome = outcome;
				each.remove();
				waiter.decided.signal();
			}
		}
	}

	private static boolean canWait(AdmissionOutcome outcome) {
		return outcome instanceof Denied denied && denied.refusal() instanceof Refusal.OverLimit over
				&& over.shouldRetry();
	}

	/** Whether an open call may go on that has delivered so much. */
	boolean grow(Reservation reservation, long delivered) {
		this.lock.lock();
		try {
			if (reservation.hasEnded() || !this.open.containsKey(reservation.number())) {
				return true;
			}
			if (take(reservation, delivered)) {
				this.starving.remove(reservation);
				return true;
			}
			this.starving.add(reservation);
			reservation.growAt(delivered + 1);
			if (delivered < reservation.outputTokens()) {
				return true;
			}
			Cap cap = Collections.min(capsOf(reservation.wish(), reservation.kind()),
					Comparator.comparingLong(Cap::left));
			reservation.cutBy(new Refusal.Reached(cap.limit(), new NanoUsd(cap.amount()), cap.end()));
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Takes another step, or what is left of one. */
	private boolean take(Reservation reservation, long delivered) {
		Wish wish = reservation.wish();
		CallPrice price = java.util.Objects.requireNonNull(wish.price());
		long step = step(wish) * wish.choices();
		long tokens = Math.max(reservation.outputTokens(), delivered) + step;
		long room = Long.MAX_VALUE;
		for (Cap cap : capsOf(wish, reservation.kind())) {
			room = Math.min(room, cap.left());
		}
		long nanos = Math.min(wish.cost(price, tokens), MAX_HOLD);
		if (nanos - reservation.nanos() > room) {
			tokens = wish.mostOutput(price, reservation.nanos() + Math.max(0, room));
			nanos = reservation.nanos() + Math.max(0, room);
		}
		if (tokens <= Math.max(reservation.outputTokens(), delivered)) {
			return false;
		}
		this.held.add(reservation.kind(), nanos - reservation.nanos());
		reservation.holds(nanos, tokens, Math.max(delivered + 1, tokens - step / 2));
		return true;
	}

	/** How many output tokens of a choice a growing call takes at a time. */
	private long step(Wish wish) {
		return Math.max(this.properties.growStep(), meanOutputOf(wish));
	}

	private AdmissionOutcome decide(Wish wish, Freshness freshness, boolean lastChance) {
		CallPrice price = wish.price();
		if (price == null && this.standing.hasHardLimit()) {
			return new Denied(new Refusal.NotPriced(wish.provider(), wish.model()), null);
		}
		Need need = (price != null) ? wish.need(price, meanOutputOf(wish), step(wish)) : Need.NOTHING;
		Kind kind = Kind.of(this.standing.dayAt(wish.at()), wish.at(), wish.credential(), wish.apiKey());
		if (wish.isFree()) {
			return admitted(wish, kind, 0, need);
		}
		Cap decisive = null;
		Cap.Answer answer = Cap.Answer.FITS;
		long room = Long.MAX_VALUE;
		for (Cap cap : capsOf(wish, kind)) {
			Cap.Answer each = cap.answer(need, lastChance);
			if (each == Cap.Answer.FITS && !this.starving.isEmpty()) {
				each = Cap.Answer.MUST_WAIT;
			}
			if (each.compareTo(answer) > 0) {
				decisive = cap;
				answer = each;
			}
			room = Math.min(room, cap.left());
		}
		if (decisive == null) {
			return admitted(wish, kind, need.grows() ? Math.min(need.wanted(), room) : need.wanted(), need);
		}
		return denied(wish, decisive, answer == Cap.Answer.MUST_WAIT, need, freshness);
	}

	private long meanOutputOf(Wish wish) {
		return this.meanOutput.getOrDefault(wish.target(), 0L) / 16;
	}

	/** The limits that a call is under. */
	private List<Cap> capsOf(Wish wish, Kind kind) {
		List<Cap> caps = new ArrayList<>(2);
		if (this.standing.hasHardLimit()) {
			caps.add(budgetCap(wish.at()));
		}
		if (kind.system()) {
			caps.add(creditCap(wish.at()));
		}
		return caps;
	}

	private Cap budgetCap(Instant at) {
		YearMonth period = this.standing.periodAt(at);
		return new Cap(this.standing.limit(), this.standing.limitNanos(),
				this.standing.spentNanos(at) + this.own.spentNanos(period), this.held.in(period),
				this.standing.periodEndAt(at));
	}

	private Cap creditCap(Instant at) {
		Instant start = this.standing.cycleStartAt(at);
		return new Cap(Limit.CREDITS, this.standing.creditNanos(at),
				this.standing.creditsUsedNanos(at) + this.own.creditsNanos(start), this.held.credits(start),
				this.standing.cycleEndAt(at));
	}

	private Admitted admitted(Wish wish, Kind kind, long nanos, Need need) {
		long hold = Math.min(nanos, MAX_HOLD);
		Reservation reservation = new Reservation(this, ++this.lastReservation, wish, kind, hold);
		CallPrice price = wish.price();
		if (need.grows() && price != null && hold > 0) {
			long step = step(wish) * wish.choices();
			long tokens = (hold < need.wanted()) ? wish.mostOutput(price, hold) : step;
			reservation.holds(hold, tokens, Math.max(1, tokens - step / 2));
		}
		this.open.put(reservation.number(), reservation);
		this.held.add(kind, hold);
		return new Admitted(reservation);
	}

	private Denied denied(Wish wish, Cap cap, boolean retryable, Need need, Freshness freshness) {
		// Without a status there is none that could be old: no limit, and the free
		// credits.
		boolean known = this.standing.status() != null;
		if (!retryable && known && freshness.isStale(this.partition)) {
			return new Denied(new Refusal.BudgetUnavailable(Duration.ofSeconds(5)), null);
		}
		long available = retryable ? cap.left() : cap.amount() - cap.spent();
		CallPrice price = wish.price();
		long needed = need.grows() ? need.least() : need.wanted();
		Refusal.OverLimit refusal = new Refusal.OverLimit(cap.limit(), new NanoUsd(cap.amount()),
				new NanoUsd(cap.spent()), new NanoUsd(cap.held()), (price != null) ? new NanoUsd(needed) : null,
				(price != null) ? wish.largestMaxTokens(price, available) : null, cap.end(),
				retryable ? RETRY_AFTER : null);
		return new Denied(refusal, retryable ? null : firstOfItsKind(wish, refusal));
	}

	private @Nullable BudgetRefused firstOfItsKind(Wish wish, Refusal.OverLimit refusal) {
		YearMonth period = this.standing.periodAt(wish.at());
		this.refused.removeIf((earlier) -> earlier.period().isBefore(period));
		if (!this.refused.add(new RefusedLimit(period, refusal.limit(), refusal.amount().value()))) {
			return null;
		}
		return new BudgetRefused(this.userId, refusal.limit(), period, refusal.amount().value() / NanoUsd.PER_CENT,
				refusal.spent(), refusal.needed(), wish.at());
	}

}
