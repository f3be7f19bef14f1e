package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetStatus.Lines;
import dev.tallygate.events.NanoUsd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What budget-service lends to this gateway of one user's limits, and how the account
 * gets on with borrowing under each. Guarded by the account's lock.
 */
final class LentLines {

	private final String source;

	private final Supplier<Lender> lender;

	private final Duration borrowAgain;

	/** Where the user stands as far as is known. */
	private final Supplier<Standing> standing;

	/** By scope; of limits that calls were judged by here. */
	private final Map<String, Borrowing> borrowings = new HashMap<>(2);

	LentLines(String source, Supplier<Lender> lender, Duration borrowAgain, Supplier<Standing> standing) {
		this.source = source;
		this.lender = lender;
		this.borrowAgain = borrowAgain;
		this.standing = standing;
	}

	/** How the account gets on under a limit; null when it has not begun to borrow. */
	@Nullable Borrowing under(String scope) {
		return this.borrowings.get(scope);
	}

	/** Whether calls were judged here by anything that is lent. */
	boolean isAnyBorrowed() {
		return !this.borrowings.isEmpty();
	}

	/** The limits by which calls were judged here. */
	Set<String> borrowed() {
		return this.borrowings.keySet();
	}

	/**
	 * What this gateway may spend under a limit beyond what is counted; null when nobody
	 * lends.
	 */
	@Nullable Long line(String scope, boolean past) {
		long session = this.lender.get().session();
		Lines lines = lines(scope);
		if (lines == null || session == Lender.NOBODY) {
			return null;
		}
		Borrowing borrowing = begin(scope);
		if (past || session == 0 || lines.epoch() < session) {
			return 0L;
		}
		NanoUsd mine = lines.of().get(this.source);
		return borrowing.atMost(((mine != null) ? mine : lines.slice()).value());
	}

	/**
	 * The same under a limit of which nothing is known yet: nothing, so that
	 * budget-service is asked.
	 */
	@Nullable Long unknownLine(String scope) {
		if (this.lender.get().session() == Lender.NOBODY) {
			return null;
		}
		begin(scope);
		return 0L;
	}

	private Borrowing begin(String scope) {
		return this.borrowings.computeIfAbsent(scope, (_) -> new Borrowing(this.borrowAgain));
	}

	private @Nullable Lines lines(String scope) {
		return this.standing.get().lines(scope);
	}

	/** What budget-service keeps for this gateway, and lends to nobody else. */
	private long kept(String scope) {
		Lines lines = lines(scope);
		return (lines == null || !isOfThisSession(lines)) ? 0 : kept(lines);
	}

	/** The same, if this process was thought of. */
	private long kept(Lines lines) {
		NanoUsd mine = lines.of().get(this.source);
		return (mine != null) ? mine.value() : Math.max(lines.slice().value(), lines.recalled().value());
	}

	private boolean isOfThisSession(Lines lines) {
		long session = this.lender.get().session();
		return session > 0 && lines.epoch() >= session;
	}

	/** The same, but for a slice, which every gateway has unasked. */
	private long keptBeyondSlice(String scope) {
		long kept = kept(scope);
		Lines lines = lines(scope);
		boolean unasked = lines == null || (!lines.of().containsKey(this.source) && kept <= lines.slice().value());
		return unasked ? 0 : kept;
	}

	/**
	 * The limits that calls were judged by here, and those under which something is kept
	 * for this gateway all the same: of a slice that it never used, or by name since the
	 * process before.
	 */
	Set<String> scopes() {
		Set<String> scopes = new HashSet<>(this.borrowings.keySet());
		for (String scope : this.standing.get().lines().keySet()) {
			if (kept(scope) > 0) {
				scopes.add(scope);
			}
		}
		return scopes;
	}

	/** Whether there may be something to give back. */
	boolean mayGiveBack() {
		return isAnyBorrowed()
				|| this.standing.get().lines().keySet().stream().anyMatch((scope) -> keptBeyondSlice(scope) > 0);
	}

	/** Whether others want something of what is kept for this gateway. */
	boolean isAnyWanted() {
		if (this.lender.get().session() == Lender.NOBODY) {
			return false;
		}
		for (Map.Entry<String, Lines> each : this.standing.get().lines().entrySet()) {
			Lines lines = each.getValue();
			// Whether this process was thought of is known when it asks: it registers
			// before.
			if (lines.wanted() && (this.borrowings.containsKey(each.getKey()) || kept(lines) > 0)) {
				return true;
			}
		}
		return false;
	}

	/** Whether a line will soon be too short. */
	boolean isAnyRunningShort(List<Cap> caps, LongSupplier now) {
		for (Cap cap : caps) {
			if (cap.isRunningShort()) {
				Borrowing borrowing = this.borrowings.get(cap.scope());
				if (borrowing != null && borrowing.mayAskAhead(now.getAsLong())) {
					return true;
				}
			}
		}
		return false;
	}

	/** What is lent to this gateway by name, over all limits, in nano-USD. */
	long total() {
		long total = 0;
		for (Lines lines : this.standing.get().lines().values()) {
			NanoUsd mine = isOfThisSession(lines) ? lines.of().get(this.source) : null;
			total += (mine != null) ? mine.value() : 0;
		}
		return total;
	}

	/**
	 * The line to ask for; null for none.
	 * @param calls what calls that wait, or must grow, need of it
	 * @param most the highest sum of needs
	 */
	@Nullable Long wanted(Cap cap, Borrowing borrowing, List<Long> calls, long most, long now) {
		long all = 0;
		long least = Long.MAX_VALUE;
		List<Long> needs = new ArrayList<>(calls);
		long missed = borrowing.mayAsk(now) ? borrowing.takeMissed() : 0;
		if (missed > 0 && cap.isLineShorterThan(missed)) {
			needs.add(missed);
		}
		for (long need : needs) {
			all = Math.min(all + need, most);
			least = Math.min(least, need);
		}
		Lines lines = lines(cap.scope());
		boolean wantedElsewhere = lines != null && lines.wanted() && kept(cap.scope()) > cap.used();
		if (all > 0 && borrowing.mayAsk(now) && (borrowing.refusals() % 2 == 0 || !wantedElsewhere)) {
			// All at once if there is room, else one at a time.
			long need = (borrowing.refusals() == 0) ? Math.min(all, cap.free()) : least;
			return cap.used() + need;
		}
		if (wantedElsewhere && (all == 0 || borrowing.mayAsk(now))) {
			if (all > 0) {
				borrowing.gaveBack();
			}
			return cap.used();
		}
		if (borrowing.isPromised()) {
			return cap.used();
		}
		boolean ahead = cap.isRunningShort() && borrowing.mayAskAhead(now) && (lines == null || !lines.wanted());
		long more = Math.min(cap.used(), Math.max(0, cap.free()));
		return (ahead && cap.isLineShorterThan(more)) ? Long.valueOf(cap.used() + more) : null;
	}

	/**
	 * The line that is enough for what is in use; null when no more is kept.
	 * @param forGood whether this gateway stops; else it keeps what it may have unasked
	 * anyway, so that the next call need not wait
	 */
	@Nullable Long inUse(Cap cap, boolean forGood) {
		Lines lines = lines(cap.scope());
		long unasked = (forGood || lines == null) ? 0 : lines.slice().value();
		long wanted = Math.max(cap.used(), unasked);
		return (keptBeyondSlice(cap.scope()) > wanted) ? Long.valueOf(wanted) : null;
	}

}
