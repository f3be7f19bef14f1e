package dev.tallygate.gateway.admission;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.KeyBudget;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one user's calls: what budget-service told last, what own calls cost
 * since, what open ones hold, and what is lent. Guarded by the account's lock.
 */
final class Limits {

	private final Installation installation;

	private final LentLines lines;

	private final OwnCalls own = new OwnCalls();

	private final Tally held = new Tally();

	private Standing standing;

	/** Whether the user is deleted, so that nobody counts the calls that are left. */
	private volatile boolean gone;

	Limits(Standing standing, Installation installation, String source, Supplier<Lender> lender,
			AdmissionProperties properties) {
		this.standing = standing;
		this.installation = installation;
		this.lines = new LentLines(source, lender, properties.borrowAgain(), this::standing);
	}

	/** Where budget-service last saw the user. */
	Standing standing() {
		return this.standing;
	}

	/** What it says now. */
	void standing(Standing next) {
		this.standing = next;
		this.gone = false;
	}

	/**
	 * The user is deleted.
	 * @param nothing where one stands of whom nothing is known
	 */
	void forget(Standing nothing) {
		this.standing = nothing;
		this.gone = true;
	}

	/** Whether the user is deleted; also without the lock. */
	boolean isGone() {
		return this.gone;
	}

	/** The user's calls here that budget-service is not known to have counted. */
	OwnCalls own() {
		return this.own;
	}

	/** What open calls hold. */
	Tally held() {
		return this.held;
	}

	/** What is lent of these limits. */
	LentLines lines() {
		return this.lines;
	}

	/**
	 * The limits that a call is under, in the order in which the first that is short
	 * names itself.
	 */
	List<Cap> of(Wish wish, Kind kind) {
		List<Cap> caps = new ArrayList<>(4);
		Instant at = wish.at();
		addTo(caps, budgetCap(at));
		if (wish.apiKey() != null) {
			addTo(caps, keyCap(wish.apiKey(), at));
		}
		if (kind.system()) {
			addTo(caps, this.installation.cap(at));
			caps.add(creditCap(at));
		}
		return caps;
	}

	/** The limits that an open call is under, in the periods it counts in. */
	List<Cap> of(Reservation reservation) {
		List<Cap> caps = of(reservation.wish(), reservation.kind());
		Map<String, Outlived> outlived = reservation.outlived();
		if (!outlived.isEmpty()) {
			caps.removeIf((cap) -> outlived.containsKey(cap.scope()));
			outlived.values().forEach((each) -> caps.add(each.cap()));
		}
		return caps;
	}

	private static void addTo(List<Cap> caps, @Nullable Cap cap) {
		if (cap != null) {
			caps.add(cap);
		}
	}

	/**
	 * The limit that budget-service calls so; null when it is not there, or not known.
	 */
	@Nullable Cap of(String scope, Instant at) {
		if (scope.equals(BudgetStatus.BUDGET_SCOPE)) {
			return budgetCap(at);
		}
		if (scope.equals(BudgetStatus.CREDITS_SCOPE)) {
			return creditCap(at);
		}
		if (!scope.startsWith(BudgetStatus.KEY_SCOPE)) {
			return null;
		}
		return keyCap(ApiKeyId.parse(scope.substring(BudgetStatus.KEY_SCOPE.length())), at);
	}

	private @Nullable Cap budgetCap(Instant at) {
		Long limit = this.standing.hardLimitNanos();
		if (limit == null) {
			return defaultCap(at);
		}
		YearMonth period = this.standing.periodAt(at);
		return new Cap(this.standing.limit(), BudgetStatus.BUDGET_SCOPE, limit, this.standing.spentNanos(at),
				this.own.spentNanos(period), this.held.in(period), this.standing.periodEndAt(at),
				this.lines.line(BudgetStatus.BUDGET_SCOPE, this.standing.isPastPeriod(at)));
	}

	/** What holds for everyone of whom nothing is known yet. */
	private @Nullable Cap defaultCap(Instant at) {
		Long cents = (this.standing.status() == null && !this.gone) ? this.installation.defaultCeilingCents() : null;
		if (cents == null) {
			return null;
		}
		YearMonth period = this.standing.periodAt(at);
		// Whoever spent elsewhere already has a status there: ask for it.
		Long line = this.lines.unknownLine(BudgetStatus.BUDGET_SCOPE);
		return new Cap(Limit.DEFAULT, BudgetStatus.BUDGET_SCOPE, NanoUsd.ofCents(cents).value(), 0,
				this.own.spentNanos(period), this.held.in(period), this.standing.periodEndAt(at), line);
	}

	private @Nullable Cap keyCap(ApiKeyId key, Instant at) {
		KeyBudget budget = this.standing.budgetOf(key);
		if (budget == null) {
			return null;
		}
		boolean past = Standing.isPast(budget, at);
		String scope = BudgetStatus.KEY_SCOPE + key;
		Tally sums = this.own.sums();
		return switch (budget.kind()) {
			case MONTH -> keyCap(budget, scope, past, at, sums.of(key, this.standing.periodAt(at)),
					this.held.of(key, this.standing.periodAt(at)));
			case DAY -> keyCap(budget, scope, past, at, sums.of(key, this.standing.dayAt(at)),
					this.held.of(key, this.standing.dayAt(at)));
			case TOTAL -> keyCap(budget, scope, past, at, sums.of(key), this.held.of(key));
		};
	}

	private Cap keyCap(KeyBudget budget, String scope, boolean past, Instant at, long ownNanos, long heldNanos) {
		return new Cap(Limit.KEY, scope, NanoUsd.ofCents(budget.limitCents()).value(),
				past ? 0 : budget.spentNanos().value(), ownNanos, heldNanos, this.standing.endOf(budget, at),
				this.lines.line(scope, past));
	}

	private Cap creditCap(Instant at) {
		Instant start = this.standing.cycleStartAt(at);
		return new Cap(Limit.CREDITS, BudgetStatus.CREDITS_SCOPE, this.standing.creditNanos(at),
				this.standing.creditsUsedNanos(at), this.own.creditsNanos(start), this.held.credits(start),
				this.standing.cycleEndAt(at),
				this.lines.line(BudgetStatus.CREDITS_SCOPE, this.standing.isPastCycle(at)));
	}

	/** The same limit in the same period, if an open call is under it. */
	@Nullable Cap of(Reservation reservation, Cap cap) {
		for (Cap its : of(reservation)) {
			if (its.scope().equals(cap.scope()) && Objects.equals(its.end(), cap.end())) {
				return its;
			}
		}
		return null;
	}

	String periodOf(String scope, Instant at) {
		if (scope.equals(BudgetStatus.BUDGET_SCOPE)) {
			return this.standing.periodAt(at).toString();
		}
		if (scope.equals(BudgetStatus.CREDITS_SCOPE)) {
			return this.standing.cycleStartAt(at).toString();
		}
		KeyBudget budget = this.standing.budgetOf(ApiKeyId.parse(scope.substring(BudgetStatus.KEY_SCOPE.length())));
		return (budget != null) ? this.standing.periodOf(budget, at) : "";
	}

	Kind kindOf(Wish wish) {
		return Kind.of(this.standing.dayAt(wish.at()), wish.at(), wish.credential(), wish.apiKey());
	}

}
