package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.InstallationStatus;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What holds for everybody: the limit on all spend of system keys, and the ceiling of
 * whoever has none. All users' calls meet here, so it takes no lock: a call costs an
 * addition when it opens and one when it ends.
 */
final class Installation {

	private final AtomicReference<@Nullable InstallationStatus> status = new AtomicReference<>();

	/** What open calls on system keys hold, in nano-USD. */
	private final AtomicLong held = new AtomicLong();

	/** What ended calls on system keys cost that budget-service has not counted. */
	private final AtomicLong uncounted = new AtomicLong();

	/**
	 * Counted by users' statuses, and perhaps not yet by the installation's: both come by
	 * ways of their own, so that it stays counted here until two of the latter came.
	 */
	private final AtomicLong counted = new AtomicLong();

	private final AtomicLong countedBefore = new AtomicLong();

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
	 * Holds so much if there is room.
	 * @return whether it does
	 */
	boolean tryHold(long nanos, Instant at) {
		this.held.addAndGet(nanos);
		Cap cap = cap(at);
		if (cap == null || cap.free() >= 0) {
			return true;
		}
		this.held.addAndGet(-nanos);
		return false;
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
		return new Cap(Limit.INSTALLATION, "installation", NanoUsd.ofCents(now.limitCents()).value(), spent, own,
				this.held.get(), end, Long.MAX_VALUE);
	}

	/** The ceiling in US cents of whoever has none of their own; null without one. */
	@Nullable Long defaultCeilingCents() {
		InstallationStatus now = this.status.get();
		return (now != null && now.defaultEnforcement() == Enforcement.HARD) ? now.defaultCeilingCents() : null;
	}

}
