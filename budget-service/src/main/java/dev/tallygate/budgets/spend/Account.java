package dev.tallygate.budgets.spend;

import dev.tallygate.budgets.billing.BillingCycle;
import dev.tallygate.budgets.billing.Credits;
import dev.tallygate.budgets.budget.BindingLimit;
import dev.tallygate.budgets.budget.Budget;
import dev.tallygate.budgets.budget.BudgetPeriod;
import dev.tallygate.budgets.budget.Standing;
import dev.tallygate.budgets.budget.ZoneChange;
import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.Credential;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything budget-service knows of one user, loaded for one transaction and confined to
 * it. Whoever changes it holds the lock on its row, so that spend, limit and alerts are
 * always decided on one state. It notes what changed, for the store to write, and which
 * alerts are due; of those the store keeps the ones that were not raised before.
 */
final class Account {

	/**
	 * How many billing cycles are loaded, the latest. Events lie at most 45 days back and
	 * wait in Kafka for at most 35, so this many reach.
	 */
	static final int CYCLES = 4;

	private final UserId userId;

	private final Instant now;

	private Instant signedUpAt;

	private boolean provisional;

	private long version;

	private Budget budget;

	private @Nullable ZoneChange zoneChange;

	private BudgetPeriod period;

	private final Map<YearMonth, PeriodSpend> spend = new HashMap<>();

	private final NavigableMap<Instant, Credits> cycles = new TreeMap<>();

	private final Map<String, Long> applied = new HashMap<>();

	private final Set<YearMonth> changedPeriods = new HashSet<>();

	private final Set<Instant> changedCycles = new HashSet<>();

	private final Set<Instant> removedCycles = new HashSet<>();

	private final Set<String> changedSources = new HashSet<>();

	/** By what makes them unique, the first of each. */
	private final Map<List<Object>, BudgetAlert> dueAlerts = new LinkedHashMap<>();

	private boolean changed;

	private Account(UserId userId, Instant signedUpAt, boolean provisional, long version, Budget budget,
			@Nullable ZoneChange zoneChange, BudgetPeriod period, Instant now) {
		this.userId = userId;
		this.signedUpAt = signedUpAt;
		this.provisional = provisional;
		this.version = version;
		this.budget = budget;
		this.zoneChange = zoneChange;
		this.period = period;
		this.now = now;
	}

	/**
	 * The account of a user nobody has heard of before: no limit and the free plan. The
	 * sign-up counts as {@code now} until key-service says when it was.
	 */
	static Account provisional(UserId userId, Instant now) {
		Account account = new Account(userId, now, true, 0, Budget.DEFAULT, null,
				BudgetPeriod.containing(now, Budget.DEFAULT.timeZone()), now);
		account.put(Credits.first(BillingCycle.containing(now, now)));
		account.touch();
		return account;
	}

	/**
	 * An account as it was stored, brought forward to {@code now}: periods and cycles
	 * that have ended are followed by the current ones.
	 */
	static Account stored(UserId userId, Instant signedUpAt, boolean provisional, long version, Budget budget,
			@Nullable ZoneChange zoneChange, BudgetPeriod period, Collection<PeriodSpend> spend,
			Collection<Credits> cycles, Map<String, Long> applied, Instant now) {
		Account account = new Account(userId, signedUpAt, provisional, version, budget, zoneChange, period, now);
		spend.forEach((each) -> account.spend.put(each.month(), each));
		cycles.forEach((each) -> account.cycles.put(each.cycle().start(), each));
		account.applied.putAll(applied);
		account.rollOver();
		return account;
	}

	private void rollOver() {
		BudgetPeriod current = this.period.at(this.now, this.zoneChange);
		if (!current.equals(this.period)) {
			this.period = current;
			touch();
		}
		if (this.zoneChange != null && this.zoneChange.zone().equals(current.zone())) {
			this.zoneChange = null;
			touch();
		}
		credits();
	}

	/**
	 * Counts a call. The period is the event's own; the billing cycle is the one the call
	 * started in.
	 * @param source which gateway said so
	 * @param seq its sequence number there
	 */
	void settle(UsageSettled call, String source, @Nullable Long seq) {
		count(call.period(), call.startedAt(), call.credential(), cost(call));
		if (seq != null && seq > this.applied.getOrDefault(source, 0L)) {
			this.applied.put(source, seq);
			this.changedSources.add(source);
		}
		touch();
	}

	/** An unpriced call adds nothing: what it cost is not known. */
	private static NanoUsd cost(UsageSettled call) {
		return (call.costNanos() != null) ? call.costNanos() : NanoUsd.ZERO;
	}

	/**
	 * Counts a correction, in the period and the cycle of the call it corrects.
	 */
	void adjust(UsageAdjusted correction) {
		count(correction.period(), correction.callId().openedAt(), correction.credential(), correction.deltaNanos());
		touch();
	}

	private void count(YearMonth month, Instant startedAt, Credential credential, NanoUsd amount) {
		PeriodSpend counted = periodSpend(month).plus(amount);
		put(counted);
		raiseReached(counted);
		if (credential == Credential.SYSTEM) {
			useCredits(startedAt, amount);
		}
	}

	/** A closed period keeps the limit it had; any other has the one in force. */
	private PeriodSpend periodSpend(YearMonth month) {
		PeriodSpend known = this.spend.get(month);
		if (known == null) {
			return new PeriodSpend(month, NanoUsd.ZERO, limitCents());
		}
		return month.isBefore(this.period.month()) ? known : known.under(limitCents());
	}

	private void raiseReached(PeriodSpend counted) {
		Long limitCents = counted.limitCents();
		if (limitCents == null) {
			return;
		}
		for (int threshold : this.budget.thresholds().reachedBy(counted.spent(), NanoUsd.ofCents(limitCents))) {
			due(List.of(counted.month(), limitCents, threshold), new BudgetAlert.ThresholdCrossed(UuidV7.next(),
					this.userId, counted.month(), threshold, limitCents, counted.spent(), this.now));
		}
	}

	private void useCredits(Instant startedAt, NanoUsd amount) {
		Credits of = creditsAt(startedAt);
		put(of.use(amount));
		carryForward(of.cycle().start());
		raiseExhausted();
	}

	/**
	 * The credits of the cycle that {@code startedAt} falls in, as far back as cycles are
	 * loaded; a gateway's clock that is ahead does not open the next one.
	 */
	private Credits creditsAt(Instant startedAt) {
		Credits current = credits();
		BillingCycle cycle = BillingCycle.containing(this.signedUpAt, startedAt);
		if (!cycle.start().isBefore(current.cycle().start())) {
			return current;
		}
		Credits known = this.cycles.get(cycle.start());
		if (known != null) {
			return known;
		}
		Map.Entry<Instant, Credits> earlier = this.cycles.lowerEntry(cycle.start());
		if (earlier != null) {
			return earlier.getValue().next(cycle);
		}
		return (this.cycles.size() < CYCLES) ? Credits.first(cycle) : this.cycles.firstEntry().getValue();
	}

	/** A late event changes what the earlier cycle leaves to the later ones. */
	private void carryForward(Instant from) {
		Credits earlier = this.cycles.get(from);
		for (Credits later : List.copyOf(this.cycles.tailMap(from, false).values())) {
			Credits corrected = later.after(Objects.requireNonNull(earlier));
			if (!corrected.equals(later)) {
				put(corrected);
			}
			earlier = corrected;
		}
	}

	private void raiseExhausted() {
		Credits credits = credits();
		if (credits.exhausted()) {
			due(List.of(credits.cycle().start()), new BudgetAlert.CreditsExhausted(UuidV7.next(), this.userId,
					this.period.month(), credits.cycle().start(), credits.total(), credits.used(), this.now));
		}
	}

	/**
	 * Notes that a gateway refused a call for good. Over the budget or the ceiling that
	 * is an alert of its own, once for the period and amount. Over the credits it is one
	 * only when none are left: a single call too dear for what is left exhausts nothing.
	 */
	void refuse(BudgetRefused refusal) {
		switch (refusal.limit()) {
			case BUDGET, CEILING ->
				due(List.of(refusal.period(), refusal.limitCents()), new BudgetAlert.Exceeded(UuidV7.next(),
						this.userId, refusal.period(), refusal.limitCents(), refusal.spentNanos(), this.now));
			case CREDITS -> raiseExhausted();
		}
	}

	private void due(List<Object> key, BudgetAlert alert) {
		this.dueAlerts.putIfAbsent(key, alert);
	}

	/**
	 * Puts another budget in force, at once but for its time zone, which waits for the
	 * next period. Thresholds that the spend has reached already are due.
	 */
	void change(Budget wanted) {
		if (wanted.equals(this.budget)) {
			return;
		}
		if (!wanted.timeZone().equals(this.budget.timeZone())) {
			this.zoneChange = this.period.changeTo(wanted.timeZone());
		}
		this.budget = wanted;
		PeriodSpend current = periodSpend(this.period.month());
		put(current);
		raiseReached(current);
		touch();
	}

	/**
	 * Adds granted credits to the current cycle.
	 * @param amount whole credits, at least 1
	 */
	void grant(long amount) {
		put(credits().grant(amount));
		touch();
	}

	/**
	 * Takes note of when the user signed up. What was counted before is kept and moves to
	 * the cycles that follow from it.
	 */
	void register(Instant at) {
		if (!this.provisional) {
			return;
		}
		this.provisional = false;
		this.signedUpAt = at;
		moveCycles();
		touch();
	}

	private void moveCycles() {
		List<Credits> counted = List.copyOf(this.cycles.values());
		this.removedCycles.addAll(this.cycles.keySet());
		this.cycles.clear();
		for (Credits old : counted) {
			Instant within = old.cycle().end().isAfter(this.now) ? this.now : old.cycle().start();
			BillingCycle cycle = BillingCycle.containing(this.signedUpAt, within);
			Credits merged = this.cycles.get(cycle.start());
			put(((merged != null) ? merged : following(cycle)).use(old.used()).grant(old.granted()));
		}
		this.removedCycles.removeAll(this.cycles.keySet());
	}

	private Credits following(BillingCycle cycle) {
		return this.cycles.isEmpty() ? Credits.first(cycle) : this.cycles.lastEntry().getValue().next(cycle);
	}

	/**
	 * The credits of the current cycle, which is opened when it has begun meanwhile.
	 */
	Credits credits() {
		Credits last = this.cycles.lastEntry().getValue();
		if (this.now.isBefore(last.cycle().end())) {
			return last;
		}
		Credits current = last.next(BillingCycle.containing(this.signedUpAt, this.now));
		put(current);
		touch();
		return current;
	}

	private void put(PeriodSpend changedSpend) {
		this.spend.put(changedSpend.month(), changedSpend);
		this.changedPeriods.add(changedSpend.month());
	}

	private void put(Credits changedCredits) {
		this.cycles.put(changedCredits.cycle().start(), changedCredits);
		this.changedCycles.add(changedCredits.cycle().start());
	}

	/**
	 * Moves the version on, once per transaction. It follows the clock, so that it grows
	 * even over a restored database, whose versions would otherwise fall behind those the
	 * gateways have seen.
	 */
	private void touch() {
		if (!this.changed) {
			this.changed = true;
			this.version = Math.max(this.version + 1, this.now.toEpochMilli());
		}
	}

	private @Nullable Long limitCents() {
		BindingLimit limit = this.budget.limit();
		return (limit != null) ? limit.cents() : null;
	}

	/**
	 * Where the user stands in the current period.
	 */
	Standing standing() {
		return new Standing(this.budget, this.period, periodSpend(this.period.month()).spent(), this.now);
	}

	/**
	 * What gateways are told.
	 */
	BudgetStatus status() {
		BindingLimit limit = this.budget.limit();
		Credits credits = credits();
		return new BudgetStatus(this.userId, this.version, this.period.zone().getId(), this.period.month(),
				this.period.end(), (limit != null) ? limit.cents() : null, (limit != null) ? limit.source() : null,
				this.budget.enforcement(), standing().spent(), credits.cycle().start(), credits.cycle().end(),
				credits.included(), credits.grantedInAll(), credits.used(), this.applied);
	}

	/**
	 * When the period, its zone or the billing cycle changes next.
	 */
	Instant rollsAt() {
		Instant period = this.period.changesAt(this.zoneChange);
		Instant cycle = credits().cycle().end();
		return period.isBefore(cycle) ? period : cycle;
	}

	UserId userId() {
		return this.userId;
	}

	Instant signedUpAt() {
		return this.signedUpAt;
	}

	boolean isProvisional() {
		return this.provisional;
	}

	long version() {
		return this.version;
	}

	Budget budget() {
		return this.budget;
	}

	@Nullable ZoneChange zoneChange() {
		return this.zoneChange;
	}

	BudgetPeriod period() {
		return this.period;
	}

	boolean hasChanged() {
		return this.changed;
	}

	List<BudgetAlert> dueAlerts() {
		return List.copyOf(this.dueAlerts.values());
	}

	List<PeriodSpend> changedSpend() {
		return this.changedPeriods.stream().map(this.spend::get).toList();
	}

	List<Credits> changedCredits() {
		return this.changedCycles.stream().filter(this.cycles::containsKey).map(this.cycles::get).toList();
	}

	Set<Instant> removedCycles() {
		return Set.copyOf(this.removedCycles);
	}

	Map<String, Long> changedSources() {
		Map<String, Long> changes = new HashMap<>();
		this.changedSources.forEach((source) -> changes.put(source, this.applied.getOrDefault(source, 0L)));
		return changes;
	}

}
