package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.Credential;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.admission.AdmissionOutcome.Admitted;
import dev.tallygate.gateway.admission.AdmissionOutcome.Denied;
import dev.tallygate.gateway.pricing.ModelPrice;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.HashSet;
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

	private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

	private final UserId userId;

	private final AdmissionProperties properties;

	private final String source;

	/** Told of every call that is posted. */
	private final Consumer<PostedCall> seen;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition room = this.lock.newCondition();

	// All below is guarded by the lock, for writing at least.

	private final OwnCalls own = new OwnCalls();

	/** By number: the identity hash of a new object is dear. */
	private final Map<Long, Reservation> open = new HashMap<>();

	private final Set<RefusedLimit> refused = new HashSet<>();

	/** Recent mean output per model, in 1/16 tokens. */
	private final Map<String, Long> meanOutput = new HashMap<>();

	private Standing standing;

	private long lastReservation;

	private long heldBudget;

	private long heldCredits;

	private volatile int partition = -1;

	private volatile long firstUncounted = Long.MAX_VALUE;

	private record RefusedLimit(YearMonth period, Limit limit, long amount) {

	}

	/** What a limit says to a wish. */
	private enum Answer {

		FITS, MUST_WAIT, NEVER

	}

	/** A limit at a moment, in nano-USD. */
	private record Cap(Limit limit, long amount, long spent, long held, Instant end) {

		Answer answer(@Nullable Long worstCase) {
			if (this.spent >= this.amount || (worstCase != null && worstCase > this.amount - this.spent)) {
				return Answer.NEVER;
			}
			long left = this.amount - this.spent - this.held;
			return ((worstCase != null) ? worstCase <= left : left > 0) ? Answer.FITS : Answer.MUST_WAIT;
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

	/** The lowest seq of its calls that budget-service has not counted. */
	long firstUncounted() {
		return this.firstUncounted;
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
			this.own.dropUpTo(this.standing.applied(this.source));
			this.firstUncounted = this.own.firstSeq();
			this.room.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** The status is gone from the topic. */
	void forget() {
		this.lock.lock();
		try {
			this.standing = new Standing(null, this.properties.freeCredits());
			this.partition = -1;
			this.room.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** A call that settled before this process started. */
	void recovered(PostedCall call) {
		this.lock.lock();
		try {
			count(call);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void count(PostedCall call) {
		if (call.seq() > this.standing.applied(this.source)) {
			this.own.add(call);
			this.firstUncounted = this.own.firstSeq();
		}
	}

	void post(Reservation reservation, boolean stillHeld, PostedCall call, String model, @Nullable Long outputTokens) {
		this.lock.lock();
		try {
			if (stillHeld) {
				letGo(reservation);
			}
			count(call);
			this.seen.accept(call);
			if (outputTokens != null && (this.meanOutput.size() < MAX_MODELS || this.meanOutput.containsKey(model))) {
				this.meanOutput.merge(model, outputTokens * 16, (mean, latest) -> mean + (latest - mean) / 8);
			}
			this.room.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	void release(Reservation reservation) {
		this.lock.lock();
		try {
			letGo(reservation);
			this.room.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void letGo(Reservation reservation) {
		if (this.open.remove(reservation.number()) != null) {
			this.heldBudget -= reservation.budgetNanos();
			this.heldCredits -= reservation.creditNanos();
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
				this.room.signalAll();
			}
			return expired;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Admits a call, after waiting for room if only open calls stand in its way. */
	AdmissionOutcome admit(Wish wish, Freshness freshness) {
		long deadline = System.nanoTime() + this.properties.maxWait().toNanos();
		this.lock.lock();
		try {
			while (true) {
				AdmissionOutcome outcome = decide(wish, freshness);
				long left = deadline - System.nanoTime();
				if (!canWait(outcome) || left <= 0) {
					return outcome;
				}
				this.room.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AdmissionInterruptedException(ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private static boolean canWait(AdmissionOutcome outcome) {
		return outcome instanceof Denied denied && denied.refusal() instanceof Refusal.OverLimit over
				&& over.shouldRetry();
	}

	private AdmissionOutcome decide(Wish wish, Freshness freshness) {
		if (this.open.size() >= this.properties.openCallsPerUser()) {
			return new Denied(new Refusal.TooManyOpenCalls(this.properties.openCallsPerUser(), Duration.ofSeconds(1)),
					null);
		}
		boolean limited = this.standing.hasHardLimit();
		ModelPrice price = wish.price();
		if (limited && price == null) {
			return new Denied(new Refusal.NotPriced(wish.provider(), wish.model()), null);
		}
		long need = (price != null) ? wish.need(price, meanOutputOf(wish)) : 0;
		Long worstCase = (price != null && wish.maxOutputTokens() != null) ? Long.valueOf(need) : null;
		Cap budget = limited ? budgetCap(wish.at()) : null;
		Cap credits = (wish.credential() == Credential.SYSTEM) ? creditCap(wish.at()) : null;
		Answer budgetAnswer = (budget != null) ? budget.answer(worstCase) : Answer.FITS;
		Answer creditAnswer = (credits != null) ? credits.answer(worstCase) : Answer.FITS;
		if (budgetAnswer == Answer.FITS && creditAnswer == Answer.FITS) {
			return admitted(wish, need, credits != null);
		}
		boolean creditsDecide = budgetAnswer.compareTo(creditAnswer) < 0;
		Cap cap = (creditsDecide || budget == null) ? java.util.Objects.requireNonNull(credits) : budget;
		return denied(wish, cap, creditsDecide ? creditAnswer : budgetAnswer, need, freshness);
	}

	private long meanOutputOf(Wish wish) {
		return this.meanOutput.getOrDefault(wish.provider() + ':' + wish.model(), 0L) / 16;
	}

	private Cap budgetCap(Instant at) {
		YearMonth period = this.standing.periodAt(at);
		return new Cap(this.standing.limit(), this.standing.limitNanos(),
				this.standing.spentNanos(at) + this.own.spentNanos(period), this.heldBudget,
				this.standing.periodEndAt(at));
	}

	private Cap creditCap(Instant at) {
		return new Cap(Limit.CREDITS, this.standing.creditNanos(at),
				this.standing.creditsUsedNanos(at) + this.own.creditsNanos(this.standing.cycleStartAt(at)),
				this.heldCredits, this.standing.cycleEndAt(at));
	}

	private Admitted admitted(Wish wish, long need, boolean credits) {
		LocalDate day = this.standing.dayAt(wish.at());
		long hold = Math.min(need, MAX_HOLD);
		Reservation reservation = new Reservation(this, ++this.lastReservation, wish.provider() + ':' + wish.model(),
				hold, credits ? hold : 0, wish.at(), day);
		this.open.put(reservation.number(), reservation);
		this.heldBudget += reservation.budgetNanos();
		this.heldCredits += reservation.creditNanos();
		return new Admitted(reservation);
	}

	private Denied denied(Wish wish, Cap cap, Answer answer, long need, Freshness freshness) {
		boolean retryable = answer == Answer.MUST_WAIT;
		// Without a status there is none that could be old: no limit, and the free
		// credits.
		boolean known = this.standing.status() != null;
		if (!retryable && known && freshness.isStale(this.partition)) {
			return new Denied(new Refusal.BudgetUnavailable(Duration.ofSeconds(5)), null);
		}
		long available = cap.amount() - cap.spent() - (retryable ? cap.held() : 0);
		ModelPrice price = wish.price();
		Refusal.OverLimit refusal = new Refusal.OverLimit(cap.limit(), new NanoUsd(cap.amount()),
				new NanoUsd(cap.spent()), new NanoUsd(cap.held()), (price != null) ? new NanoUsd(need) : null,
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
