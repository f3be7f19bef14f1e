package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.InstallationStatus;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What holds for everybody: the limit on all spend of system keys, and the ceiling of
 * whoever has none. All users' calls meet here, so it takes no lock: a call costs a few
 * additions when it opens and when it ends. Two checks: what budget-service tells of the
 * sum decides what is refused for good, and what it has granted to this gateway decides
 * what may begin.
 */
final class Installation {

	private final AtomicReference<@Nullable InstallationStatus> status = new AtomicReference<>();

	/** What open calls on system keys hold, in nano-USD. */
	private final AtomicLong held = new AtomicLong();

	/** What ended calls on system keys cost that budget-service has not counted. */
	private final AtomicLong uncounted = new AtomicLong();

	/**
	 * Counted by users' statuses, and perhaps not yet by the installation's: both come by
	 * ways of their own, so that it stays counted here until two of the latter came. They
	 * come also when nothing changes.
	 */
	private final AtomicLong counted = new AtomicLong();

	private final AtomicLong countedBefore = new AtomicLong();

	private final InstallationLine line;

	private final Supplier<Lender> lender;

	Installation(Supplier<Lender> lender, LongSupplier nanoTime) {
		this.lender = lender;
		this.line = new InstallationLine(nanoTime);
	}

	/** What is granted to this gateway. */
	InstallationLine line() {
		return this.line;
	}

	/** Takes what budget-service says, unless something newer is known. */
	void update(InstallationStatus news) {
		InstallationStatus before = this.status.getAndAccumulate(news, (known,
				given) -> (known == null || given == null || given.version() > known.version()) ? given : known);
		if (before == null || news.version() > before.version()) {
			this.countedBefore.set(this.counted.getAndSet(0));
		}
	}

	/**
	 * A user's calls on system keys now cost so much more, or less, beyond what is
	 * counted.
	 */
	void uncounted(long nanos) {
		this.uncounted.addAndGet(nanos);
		if (nanos < 0) {
			this.counted.addAndGet(-nanos);
		}
	}

	/** An open call holds so much more, or less. */
	void hold(long nanos) {
		this.held.addAndGet(nanos);
	}

	/**
	 * Holds so much if there is room. It is added before it is checked, so that of two
	 * calls at once not both fit by mistake.
	 * @return null when it does, else what stood in the way
	 */
	@Nullable InTheWay tryHold(long nanos, Instant at) {
		this.held.addAndGet(nanos);
		Cap cap = cap(at);
		if (cap == null || (cap.free() >= 0 && cap.left() >= 0)) {
			return null;
		}
		this.held.addAndGet(-nanos);
		return new InTheWay(cap, (cap.free() < 0) ? Cap.Answer.MUST_WAIT : Cap.Answer.MUST_BORROW);
	}

	/**
	 * What a call cannot hold now.
	 *
	 * @param cap the limit as it was then; it may be another one since, or none
	 * @param answer what it says
	 */
	record InTheWay(Cap cap, Cap.Answer answer) {

	}

	/** A call on a system key has ended; still holds what it held. */
	void settled(LocalDate utcDay, long nanos) {
		this.line.settled(YearMonth.from(utcDay), nanos);
	}

	/** A call needs so much more than is granted to this gateway. */
	void missed(long nanos) {
		this.line.missed(nanos);
		this.lender.get().asksForAll();
	}

	/** A call has ended: what others want is given back. */
	void giveBackIfWanted() {
		if (isLent() && isWanted()) {
			this.lender.get().asksForAll();
		}
	}

	private boolean isWanted() {
		InstallationStatus now = this.status.get();
		return now != null && Boolean.TRUE.equals(now.wanted());
	}

	/** Whether there is a limit that budget-service grants parts of. */
	boolean isLent() {
		InstallationStatus now = this.status.get();
		return isLent(now) && now != null && now.limitCents() != null && now.enforcement() == Enforcement.HARD;
	}

	private boolean isLent(@Nullable InstallationStatus now) {
		return now != null && now.wanted() != null && this.lender.get().session() != Lender.NOBODY;
	}

	/**
	 * What is to be asked now; null for nothing.
	 * @param forGood whether this gateway stops
	 */
	@Nullable Ask ask(LongSupplier numbers, Instant at, boolean forGood) {
		InstallationStatus now = this.status.get();
		if (!isLent() || now == null || now.limitCents() == null) {
			return null;
		}
		return this.line.ask(numbers, monthOf(now, at), this.held::get, NanoUsd.ofCents(now.limitCents()).value(),
				isWanted(), forGood);
	}

	/** The month that counts now. A status that is ahead of this clock is believed. */
	private static YearMonth monthOf(InstallationStatus now, Instant at) {
		YearMonth month = YearMonth.from(at.atZone(ZoneOffset.UTC));
		return now.period().isAfter(month) ? now.period() : month;
	}

	/** The limit on system keys; null when there is none that refuses calls. */
	@Nullable Cap cap(Instant at) {
		InstallationStatus now = this.status.get();
		if (now == null || now.limitCents() == null || now.enforcement() != Enforcement.HARD) {
			return null;
		}
		long spent = at.isBefore(now.periodEnd()) ? now.spentNanos().value() : 0;
		long own = this.uncounted.get() + this.counted.get() + this.countedBefore.get();
		Instant end = at.isBefore(now.periodEnd()) ? now.periodEnd() : Standing.monthAfter(now.periodEnd());
		return new Cap(Limit.INSTALLATION, InstallationLine.SCOPE, NanoUsd.ofCents(now.limitCents()).value(), spent,
				own, this.held.get(), end, isLent(now) ? Long.valueOf(own + room(now, at)) : null);
	}

	private long room(InstallationStatus now, Instant at) {
		return (this.lender.get().session() > 0) ? this.line.room(monthOf(now, at)) : 0;
	}

	/** The ceiling in US cents of whoever has none of their own; null without one. */
	@Nullable Long defaultCeilingCents() {
		InstallationStatus now = this.status.get();
		return (now != null && now.defaultEnforcement() == Enforcement.HARD) ? now.defaultCeilingCents() : null;
	}

}
