package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.Credential;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One user's money as this gateway knows it: spent = counted by budget-service + own
 * calls not counted yet; held = what open calls may still cost. Invariant under a hard
 * limit with {@code max_tokens} given: spent + held &lt;= limit after every admission.
 */
final class Account {

	/** The highest limit there is, in nano-USD; keeps sums of holds inside a long. */
	private static final long MAX_HOLD = 10_000_000_000_000_000L;

	private static final long NOBODY_AFTER_NANOS = Duration.ofMinutes(10).toNanos();

	private static final long POLL_NANOS = Duration.ofMillis(100).toNanos();

	private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

	private final UserId userId;

	private final AdmissionProperties properties;

	private final String source;

	/** Told of every call that is posted. */
	private final Consumer<PostedCall> seen;

	/** By the clock that never jumps. */
	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	// All below is guarded by the lock, for writing at least.

	private final Limits limits;

	private final Installation installation;

	private final Supplier<Lender> lender;

	/** By number: the identity hash of a new object is dear. */
	private final Map<Long, Reservation> open = new HashMap<>();

	/** Calls that wait for room, the first to come first. */
	private final Set<Waiter> waiters = new LinkedHashSet<>();

	/** Open calls whose hold must grow and cannot; they go before those that wait. */
	private final Set<Reservation> starving = new LinkedHashSet<>();

	private final FirstRefusals refused = new FirstRefusals();

	private final MeanOutput output;

	private long lastReservation;

	/** Of its calls on system keys, what the installation takes for not counted. */
	private long uncounted;

	/** A call whose counting is timed; 0 for none. */
	private long timedSeq;

	private long timedSince;

	private volatile int partition = -1;

	private volatile long firstUncounted;

	/** Whether budget-service has told where the user stands. */
	private volatile boolean known;

	/** When a call last began or ended, on the clock that never jumps. */
	private volatile long usedAt;

	/** When a call was last added to those not counted, on the same clock. */
	private volatile long addedAt;

	/** A call that waits until somebody who makes room decides for it. */
	private static final class Waiter {

		private final Wish wish;

		private final Freshness freshness;

		private final Condition decided;

		private @Nullable AdmissionOutcome outcome;

		private boolean polls;

		/** Whether it is for want of a line that it waits, or was. */
		private boolean borrows;

		Waiter(Wish wish, Freshness freshness, Condition decided) {
			this.wish = wish;
			this.freshness = freshness;
			this.decided = decided;
		}

	}

	Account(UserId userId, String source, AdmissionProperties properties, Installation installation,
			Supplier<Lender> lender, Consumer<PostedCall> seen, LongSupplier nanoTime) {
		this.installation = installation;
		this.lender = lender;
		this.seen = seen;
		this.userId = userId;
		this.source = source;
		this.properties = properties;
		this.output = new MeanOutput(properties.growStep());
		this.limits = new Limits(new Standing(null, properties.freeCredits()), installation, source, lender,
				properties);
		this.nanoTime = nanoTime;
		this.usedAt = nanoTime.getAsLong();
		this.addedAt = this.usedAt;
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
		boolean nobody = !this.known && budgetServiceIsWell
				&& this.nanoTime.getAsLong() - this.addedAt > NOBODY_AFTER_NANOS;
		return (this.limits.isGone() || nobody) ? 0 : this.firstUncounted;
	}

	/** A guess without the lock; {@link #held} knows. */
	boolean mayHaveOpenCalls() {
		return !this.open.isEmpty();
	}

	Held held(YearMonth month) {
		this.lock.lock();
		try {
			return new Held(this.open.size(), new NanoUsd(this.limits.held().in(month)));
		}
		finally {
			this.lock.unlock();
		}
	}

	@Nullable BudgetStatus status() {
		this.lock.lock();
		try {
			return this.limits.standing().status();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Takes what budget-service says, unless something newer is known. */
	void update(BudgetStatus status, int fromPartition) {
		this.lock.lock();
		try {
			BudgetStatus known = this.limits.standing().status();
			if (known != null && known.version() > status.version()) {
				return;
			}
			Standing next = new Standing(status, this.properties.freeCredits());
			outlive(next);
			this.limits.standing(next);
			this.partition = (fromPartition >= 0) ? fromPartition : this.partition;
			this.known = true;
			dropCounted();
			serve();
			giveBackIfWanted();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Calls that are open beyond the end of a period count in it still, of which nothing
	 * is told any more: what was left of it is kept for them.
	 */
	private void outlive(Standing next) {
		if (this.open.isEmpty() || !next.isOfLaterPeriodsThan(this.limits.standing())) {
			return;
		}
		Map<String, Outlived> ended = new HashMap<>(4);
		for (Reservation each : this.open.values()) {
			for (Cap cap : this.limits.of(each)) {
				if (next.isAfter(cap.scope(), each.kind(), each.madeAt())) {
					each.outlives(cap.scope(), ended.computeIfAbsent(cap.scope(), (_) -> new Outlived(cap)));
				}
			}
		}
	}

	/**
	 * The status is gone from the topic: the user is deleted, and nobody will count what
	 * is left of the calls.
	 */
	void forget() {
		this.lock.lock();
		try {
			this.limits.forget(new Standing(null, this.properties.freeCredits()));
			this.partition = -1;
			this.known = false;
			// The sum of all still counts them, and nobody will say when it has.
			uncounted(0);
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
			this.limits.own().addAll(calls);
			uncounted(this.limits.own().sums().system());
			dropCounted();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void dropCounted() {
		this.limits.own().dropUpTo(this.limits.standing().applied(this.source));
		uncounted(this.limits.own().sums().system());
		this.firstUncounted = this.limits.own().firstSeq();
		if (this.timedSeq > 0 && this.limits.standing().applied(this.source) >= this.timedSeq) {
			this.timedSeq = 0;
			this.lender.get().counted(this.nanoTime.getAsLong() - this.timedSince);
		}
	}

	private void uncounted(long nanos) {
		this.installation.uncounted(nanos - this.uncounted);
		this.uncounted = nanos;
	}

	void post(Reservation reservation, boolean stillHeld, PostedCall call, @Nullable Long output) {
		this.lock.lock();
		try {
			if (call.credential() == Credential.SYSTEM && call.costNanos() != 0) {
				// Before the hold is gone: other users' calls must not see neither.
				this.installation.settled(call.kind().utcDay(), call.costNanos());
			}
			if (stillHeld) {
				letGo(reservation);
			}
			reservation.takeOfOutlived(call.costNanos());
			if (call.seq() == PostedCall.NEVER_COUNTED || call.seq() > this.limits.standing().applied(this.source)) {
				this.limits.own().add(call);
				uncounted(this.uncounted + ((call.credential() == Credential.SYSTEM) ? call.costNanos() : 0));
				if (this.limits.isGone()) {
					uncounted(0);
				}
				this.firstUncounted = this.limits.own().firstSeq();
				this.addedAt = this.nanoTime.getAsLong();
				if (this.timedSeq == 0 && call.seq() > 0) {
					this.timedSeq = call.seq();
					this.timedSince = this.addedAt;
				}
			}
			this.usedAt = this.nanoTime.getAsLong();
			this.seen.accept(call);
			if (output != null) {
				this.output.learn(reservation.wish().target(), output);
			}
			serve();
			giveBackIfWanted();
		}
		finally {
			this.lock.unlock();
		}
	}

	void release(Reservation reservation) {
		this.lock.lock();
		try {
			letGo(reservation);
			this.usedAt = this.nanoTime.getAsLong();
			serve();
			giveBackIfWanted();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void letGo(Reservation reservation) {
		if (this.open.remove(reservation.number()) != null) {
			hold(reservation.kind(), -reservation.nanos());
			reservation.takeOfOutlived(-reservation.nanos());
			this.starving.remove(reservation);
			if (reservation.kind().system()) {
				this.installation.giveBackIfWanted();
			}
		}
	}

	private void hold(Kind kind, long nanos) {
		this.limits.held().add(kind, nanos);
		if (kind.system()) {
			this.installation.hold(nanos);
		}
	}

	/**
	 * Lets go of holds that nobody has released for so long.
	 * @return how many
	 */
	int expire(Duration after) {
		this.lock.lock();
		try {
			int expired = 0;
			long now = this.nanoTime.getAsLong();
			for (Reservation reservation : List.copyOf(this.open.values())) {
				if (now - reservation.heldSince() > after.toNanos()) {
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
			if (!canWait(outcome)) {
				return outcome;
			}
			Waiter waiter = new Waiter(wish, freshness, this.lock.newCondition());
			waiter.polls = limitOf(outcome) == Limit.INSTALLATION;
			return await(waiter);
		}
		finally {
			this.lock.unlock();
		}
	}

	private AdmissionOutcome await(Waiter waiter) {
		this.waiters.add(waiter);
		if (this.limits.lines().isAnyBorrowed()) {
			this.lender.get().asks(this);
		}
		long begun = this.nanoTime.getAsLong();
		try {
			long left = this.properties.maxWait().toNanos();
			while (waiter.outcome == null && left > 0) {
				// Of the room that other users make nobody tells.
				long pause = waiter.polls ? Math.min(left, POLL_NANOS) : left;
				left -= pause - Math.max(0, waiter.decided.awaitNanos(pause));
				if (waiter.polls && waiter.outcome == null) {
					serve(waiter);
				}
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
		if (waiter.borrows) {
			this.lender.get().waited(outcome instanceof Admitted, this.nanoTime.getAsLong() - begun);
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
		for (Waiter waiter : List.copyOf(this.waiters)) {
			serve(waiter);
		}
	}

	private void serve(Waiter waiter) {
		AdmissionOutcome outcome = decide(waiter.wish, waiter.freshness, false);
		boolean polled = waiter.polls;
		waiter.polls = limitOf(outcome) == Limit.INSTALLATION;
		if (!canWait(outcome)) {
			waiter.outcome = outcome;
			this.waiters.remove(waiter);
			waiter.decided.signal();
		}
		else if (waiter.polls && !polled) {
			waiter.decided.signal();
		}
	}

	private static @Nullable Limit limitOf(AdmissionOutcome outcome) {
		return (outcome instanceof Denied denied && denied.refusal() instanceof Refusal.OverLimit over) ? over.limit()
				: null;
	}

	private static boolean canWait(AdmissionOutcome outcome) {
		return outcome instanceof Denied denied && denied.refusal() instanceof Refusal.OverLimit over
				&& over.shouldRetry();
	}

	/** Whether an open call may go on that has delivered so much. */
	boolean grow(Reservation reservation, long delivered) {
		this.lock.lock();
		try {
			if (!this.open.containsKey(reservation.number())) {
				return true;
			}
			if (take(reservation, delivered)) {
				this.starving.remove(reservation);
				return true;
			}
			List<Cap> caps = this.limits.of(reservation);
			if (delivered < reservation.outputTokens()) {
				this.starving.add(reservation);
				caps.forEach((cap) -> askFor(reservation, cap));
				return true;
			}
			// It ends here, and needs no more.
			this.starving.remove(reservation);
			Cap cap = Collections.min(caps, Comparator.comparingLong(Cap::left));
			reservation.cutBy(new Refusal.Reached(cap.limit(), new NanoUsd(cap.amount()), cap.end()));
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void askFor(Reservation reservation, Cap cap) {
		long lacked = lacked(reservation, cap);
		if (lacked > 0 && cap.limit() == Limit.INSTALLATION) {
			this.installation.missed(lacked);
		}
		else if (lacked > 0) {
			this.lender.get().asks(this);
		}
	}

	/** What a growing call lacks of a limit only because it is not lent. */
	private long lacked(Reservation reservation, Cap cap) {
		long need = Math.min(stepCost(reservation), cap.free());
		return cap.isLineShorterThan(need) ? Math.max(0, need) : 0;
	}

	/** Takes another step, or what is left of one. */
	private boolean take(Reservation reservation, long delivered) {
		Wish wish = reservation.wish();
		CallPrice price = Objects.requireNonNull(wish.price());
		long step = this.output.step(wish) * wish.choices();
		long tokens = Math.max(reservation.outputTokens(), delivered) + step;
		long room = Long.MAX_VALUE;
		List<Cap> caps = this.limits.of(reservation);
		for (Cap cap : caps) {
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
		long more = nanos - reservation.nanos();
		if (reservation.kind().system() && this.installation.tryHold(more, wish.at()) != null) {
			return false;
		}
		askAhead(caps);
		this.limits.held().add(reservation.kind(), more);
		reservation.takeOfOutlived(more);
		reservation.holds(nanos, tokens, Math.max(delivered + 1, tokens - step / 2));
		return true;
	}

	/** What the next step of a growing call costs. */
	private long stepCost(Reservation reservation) {
		Wish wish = reservation.wish();
		CallPrice price = Objects.requireNonNull(wish.price());
		return wish.cost(price, reservation.outputTokens() + this.output.step(wish) * wish.choices())
				- reservation.nanos();
	}

	private AdmissionOutcome decide(Wish wish, Freshness freshness, boolean lastChance) {
		CallPrice price = wish.price();
		Kind kind = this.limits.kindOf(wish);
		if (price == null && isLimitedBeyondCredits(wish, kind)) {
			return new Denied(new Refusal.NotPriced(wish.provider(), wish.model()), null);
		}
		Need need = (price != null) ? wish.need(price, this.output.of(wish), this.output.step(wish)) : Need.NOTHING;
		if (wish.isFree()) {
			return admitted(wish, kind, 0, Need.NOTHING);
		}
		Cap decisive = null;
		Cap.Answer answer = Cap.Answer.FITS;
		long room = Long.MAX_VALUE;
		List<Cap> caps = this.limits.of(wish, kind);
		for (Cap cap : caps) {
			Cap.Answer each = cap.answer(need, lastChance);
			if (each == Cap.Answer.FITS && isWantedByOpenCalls(cap)) {
				each = Cap.Answer.MUST_WAIT;
			}
			if (each.compareTo(answer) > 0) {
				decisive = cap;
				answer = each;
			}
			room = Math.min(room, cap.left());
		}
		long nanos = Math.min((need.how() == Need.How.BOUNDED) ? need.wanted() : Math.min(need.wanted(), room),
				MAX_HOLD);
		Installation.InTheWay ofAll = (decisive == null && kind.system()) ? this.installation.tryHold(nanos, wish.at())
				: null;
		if (ofAll != null) {
			decisive = ofAll.cap();
			answer = ofAll.answer();
		}
		if (decisive == null) {
			askAhead(caps);
			return admitted(wish, kind, nanos, need);
		}
		if (decisive.limit() == Limit.INSTALLATION && answer == Cap.Answer.MUST_BORROW) {
			this.installation.missed(Math.max(1, decisive.asked(need, lastChance)));
		}
		else if (lastChance && answer == Cap.Answer.MUST_BORROW) {
			Borrowing borrowing = this.limits.lines().under(decisive.scope());
			if (borrowing != null) {
				borrowing.missed(decisive.asked(need, false));
				this.lender.get().asks(this);
			}
		}
		return denied(wish, decisive, answer, need, freshness, lastChance);
	}

	/**
	 * Whether a call is under a hard limit, be it the user's, its key's or everybody's.
	 * Of credits a switch of the operator's has decided before.
	 */
	private boolean isLimitedBeyondCredits(Wish wish, Kind kind) {
		return this.limits.of(wish, kind).stream().anyMatch((cap) -> !cap.scope().equals(BudgetStatus.CREDITS_SCOPE));
	}

	/** Whether an open call needs more of the limit than is left. */
	private boolean isWantedByOpenCalls(Cap cap) {
		for (Reservation each : this.starving) {
			Cap its = this.limits.of(each, cap);
			if (its != null && its.left() < stepCost(each)) {
				return true;
			}
		}
		return false;
	}

	/** Lets the lender know when a line will soon be too short. */
	private void askAhead(List<Cap> caps) {
		if (this.limits.lines().isAnyRunningShort(caps, this.nanoTime)) {
			this.lender.get().asks(this);
		}
	}

	private void giveBackIfWanted() {
		if (this.limits.lines().isAnyWanted()) {
			this.lender.get().asks(this);
		}
	}

	/**
	 * What is to be asked now. What is given back is not used any more from here on,
	 * whether or not the ask arrives.
	 */
	List<Ask> asks(LongSupplier numbers, Instant at) {
		return asks(numbers, at, (cap, borrowing) -> this.limits.lines()
			.wanted(cap, borrowing, needsOf(cap), MAX_HOLD, this.nanoTime.getAsLong()));
	}

	/**
	 * What is to be asked to give back lines that are not in use.
	 * @param forGood whether this gateway stops; else it keeps what it may have unasked
	 * anyway, so that the next call need not wait
	 */
	List<Ask> returns(LongSupplier numbers, Instant at, boolean forGood) {
		return asks(numbers, at, (cap, _) -> this.limits.lines().inUse(cap, forGood));
	}

	private List<Ask> asks(LongSupplier numbers, Instant at, BiFunction<Cap, Borrowing, @Nullable Long> line) {
		this.lock.lock();
		try {
			List<Ask> asks = new ArrayList<>();
			for (String scope : this.limits.lines().scopes()) {
				// Begins the borrowing where no call did.
				Cap cap = this.limits.of(scope, at);
				Borrowing borrowing = this.limits.lines().under(scope);
				if (cap == null || cap.line() == null || borrowing == null) {
					continue;
				}
				Long wanted = line.apply(cap, borrowing);
				if (wanted == null || wanted < 0) {
					continue;
				}
				BudgetStatus status = this.limits.standing().status();
				Ask ask = new Ask(this.userId, cap.scope(), this.limits.periodOf(cap.scope(), at),
						(status != null) ? status.version() : 0, numbers.getAsLong(), wanted);
				// Whether it is more or less than budget-service keeps, only it knows.
				borrowing.promise(ask);
				asks.add(ask);
			}
			return asks;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Adds its calls on system keys that budget-service is not known to have counted. */
	void addUncountedTo(List<Uncounted.Call> calls) {
		this.lock.lock();
		try {
			this.limits.own()
				.forEachOnSystemKeys(
						(seq, cost, day) -> calls.add(new Uncounted.Call(this.userId, seq, cost, YearMonth.from(day))));
		}
		finally {
			this.lock.unlock();
		}
	}

	/** What is lent to this gateway by name, over all limits, in nano-USD. */
	long lent() {
		this.lock.lock();
		try {
			return this.limits.lines().total();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether it may have something to give back, and no call began or ended for so long,
	 * and none is open.
	 */
	boolean isIdleFor(Duration time) {
		return this.nanoTime.getAsLong() - this.usedAt > time.toNanos() && this.open.isEmpty()
				&& this.limits.lines().mayGiveBack();
	}

	/** What calls that wait, or must grow, need of a line that is too short. */
	private List<Long> needsOf(Cap cap) {
		List<Long> needs = new ArrayList<>();
		for (Reservation each : this.starving) {
			Cap its = this.limits.of(each, cap);
			needs.add((its != null) ? lacked(each, its) : 0);
		}
		for (Waiter waiter : this.waiters) {
			CallPrice price = waiter.wish.price();
			if (price == null) {
				continue;
			}
			Need need = waiter.wish.need(price, this.output.of(waiter.wish), this.output.step(waiter.wish));
			Kind kind = this.limits.kindOf(waiter.wish);
			for (Cap each : this.limits.of(waiter.wish, kind)) {
				if (each.scope().equals(cap.scope()) && each.answer(need, false) == Cap.Answer.MUST_BORROW) {
					waiter.borrows = true;
					needs.add(each.asked(need, false));
				}
			}
		}
		needs.removeIf((need) -> need <= 0);
		return needs;
	}

	/**
	 * An ask was answered; the status is null when budget-service knows no such user.
	 * @return whether the line is as long as was asked for
	 */
	boolean answered(Ask ask, @Nullable BudgetStatus status, Instant at) {
		this.lock.lock();
		try {
			Borrowing borrowing = this.limits.lines().under(ask.scope());
			BudgetStatus known = this.limits.standing().status();
			if (status != null && (known == null || status.version() >= known.version())) {
				// While what was promised still holds: it was of the period before.
				outlive(new Standing(status, this.properties.freeCredits()));
			}
			if (borrowing != null) {
				borrowing.answered(ask);
			}
			if (status != null) {
				update(status, -1);
			}
			else {
				forget();
			}
			Cap cap = this.limits.of(ask.scope(), at);
			boolean enough = cap != null && cap.reaches(ask.line());
			if (borrowing != null && cap != null) {
				borrowing.granted(enough, this.nanoTime.getAsLong());
			}
			serve();
			return enough;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Budget-service does not answer: who waits for it is told. */
	void lenderIsAway() {
		this.lock.lock();
		try {
			serve();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether there is still something that only asking again can settle. */
	boolean mustAskAgain(Instant at) {
		this.lock.lock();
		try {
			for (String scope : this.limits.lines().borrowed()) {
				Cap cap = this.limits.of(scope, at);
				Borrowing borrowing = this.limits.lines().under(scope);
				// Of a limit that is gone there is nothing to ask, whatever was promised.
				if (cap != null && cap.line() != null && borrowing != null
						&& (borrowing.isPromised() || !needsOf(cap).isEmpty())) {
					return true;
				}
			}
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	private Admitted admitted(Wish wish, Kind kind, long hold, Need need) {
		this.usedAt = this.nanoTime.getAsLong();
		Reservation reservation = new Reservation(this, ++this.lastReservation, wish, kind, hold, this.usedAt);
		CallPrice price = wish.price();
		if (need.grows() && price != null && hold > 0) {
			long step = this.output.step(wish) * wish.choices();
			long tokens = (hold < need.wanted()) ? wish.mostOutput(price, hold) : step;
			reservation.holds(hold, tokens, Math.max(1, tokens - step / 2));
		}
		this.open.put(reservation.number(), reservation);
		this.limits.held().add(kind, hold);
		return new Admitted(reservation);
	}

	/**
	 * At the start it is worth waiting until budget-service knows this process, and later
	 * for another answer when one was lost.
	 */
	private boolean cannotBorrow(boolean lastChance) {
		Lender from = this.lender.get();
		return from.isAway() || (lastChance && (from.session() == 0 || from.isUnanswered()));
	}

	private Denied denied(Wish wish, Cap cap, Cap.Answer answer, Need need, Freshness freshness, boolean lastChance) {
		boolean retryable = answer != Cap.Answer.NEVER;
		// Without a status there is none that could be old: no limit, and the free
		// credits.
		boolean known = this.limits.standing().status() != null;
		if ((!retryable && known && cap.limit() != Limit.INSTALLATION && freshness.isStale(this.partition))
				|| (answer == Cap.Answer.MUST_BORROW && cannotBorrow(lastChance))) {
			return new Denied(new Refusal.BudgetUnavailable(Duration.ofSeconds(5)), null);
		}
		long available = retryable ? cap.left() : cap.idle();
		CallPrice price = wish.price();
		long needed = need.grows() ? need.least() : need.wanted();
		Refusal.OverLimit refusal = new Refusal.OverLimit(cap.limit(), new NanoUsd(cap.amount()),
				new NanoUsd(cap.spent()), new NanoUsd(cap.held()), (price != null) ? new NanoUsd(needed) : null,
				(price != null) ? wish.largestMaxTokens(price, available) : null, cap.end(),
				retryable ? RETRY_AFTER : null);
		return new Denied(refusal, retryable ? null
				: this.refused.event(this.userId, wish, this.limits.standing().periodAt(wish.at()), refusal));
	}

}
