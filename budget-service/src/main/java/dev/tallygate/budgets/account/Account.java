package dev.tallygate.budgets.account;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.Credential;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.RepeatedCalls;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
public final class Account {

	/**
	 * How many billing cycles are loaded, the latest. Events lie at most 45 days back
	 * ({@code CallWindow}) and wait in Kafka for at most 35, so this many reach.
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

	private final Map<ApiKeyId, KeyBudget> keys = new TreeMap<>(Comparator.comparing(ApiKeyId::value));

	/** By scope, of hard limits only. */
	private final Map<String, Lending> lending = new TreeMap<>();

	private final Map<KeyDay, NanoUsd> keySpend = new LinkedHashMap<>();

	private Everyone everyone;

	/** The ceiling for everyone that this account was last told of. */
	private Everyone.@Nullable Ceiling knownDefault;

	private final Set<YearMonth> changedPeriods = new HashSet<>();

	private final Set<Instant> changedCycles = new HashSet<>();

	private final Set<Instant> removedCycles = new HashSet<>();

	private final Set<String> changedSources = new HashSet<>();

	/** By what makes them unique, the first of each. */
	private final Map<String, BudgetAlert> dueAlerts = new LinkedHashMap<>();

	private boolean changed;

	private Account(UserId userId, Instant signedUpAt, boolean provisional, long version, Budget budget,
			@Nullable ZoneChange zoneChange, BudgetPeriod period, Everyone everyone, Instant now) {
		this.everyone = everyone;
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
		return provisional(userId, Everyone.NOTHING, now);
	}

	static Account provisional(UserId userId, Everyone everyone, Instant now) {
		Account account = new Account(userId, now, true, 0, Budget.DEFAULT, null,
				BudgetPeriod.containing(now, Budget.DEFAULT.timeZone()), everyone, now);
		account.knownDefault = everyone.ceiling();
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
		return stored(userId, signedUpAt, provisional, version, budget, zoneChange, period, spend, cycles, applied,
				List.of(), Map.of(), null, Everyone.NOTHING, now);
	}

	static Account stored(UserId userId, Instant signedUpAt, boolean provisional, long version, Budget budget,
			@Nullable ZoneChange zoneChange, BudgetPeriod period, Collection<PeriodSpend> spend,
			Collection<Credits> cycles, Map<String, Long> applied, Collection<KeyBudget> keys,
			Map<String, Lending> lending, Everyone.@Nullable Ceiling knownDefault, Everyone everyone, Instant now) {
		Account account = new Account(userId, signedUpAt, provisional, version, budget, zoneChange, period, everyone,
				now);
		spend.forEach((each) -> account.spend.put(each.month(), each));
		cycles.forEach((each) -> account.cycles.put(each.cycle().start(), each));
		account.applied.putAll(applied);
		keys.forEach((each) -> account.keys.put(each.key(), each));
		account.lending.putAll(lending);
		account.knownDefault = knownDefault;
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
		if (!Objects.equals(this.knownDefault, this.everyone.ceiling())) {
			this.knownDefault = this.everyone.ceiling();
			limitChanged();
		}
	}

	/**
	 * Counts a call. The period is the event's own; the billing cycle is the one the call
	 * started in.
	 * @param source which gateway said so
	 * @param seq its sequence number there
	 */
	public void settle(UsageSettled call, String source, @Nullable Long seq) {
		NanoUsd cost = cost(call);
		count(call.period(), call.startedAt(), call.credential(), cost);
		countKey(call.apiKeyId(), call.period(), call.day(), cost);
		lent(source, call, cost.value());
		if (seq != null && seq > this.applied.getOrDefault(source, 0L)) {
			this.applied.put(source, seq);
			this.changedSources.add(source);
		}
		touch();
	}

	/** What is counted now is no longer part of the line. */
	private void lent(String source, UsageSettled call, long cost) {
		lent(BudgetStatus.BUDGET_SCOPE, call.period().toString(), source, cost);
		if (call.credential() == Credential.SYSTEM && !call.startedAt().isBefore(credits().cycle().start())) {
			lent(BudgetStatus.CREDITS_SCOPE, credits().cycle().start().toString(), source, cost);
		}
		KeyBudget key = (call.apiKeyId() != null) ? this.keys.get(call.apiKeyId()) : null;
		if (key != null) {
			lent(key.scope(), key.window(call.period(), call.day()), source, cost);
		}
	}

	private void lent(String scope, String period, String source, long cost) {
		this.lending.computeIfPresent(scope,
				(name, each) -> each.period().equals(period) ? each.counted(source, cost) : each);
	}

	/** An unpriced call adds nothing: what it cost is not known. */
	private static NanoUsd cost(UsageSettled call) {
		return (call.costNanos() != null) ? call.costNanos() : NanoUsd.ZERO;
	}

	/**
	 * Counts a correction, in the period and the cycle of the call it corrects.
	 */
	public void adjust(UsageAdjusted correction) {
		count(correction.period(), correction.callId().openedAt(), correction.credential(), correction.deltaNanos());
		countKey(correction.apiKeyId(), correction.period(), correction.day(), correction.deltaNanos());
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

	private void countKey(@Nullable ApiKeyId key, YearMonth month, LocalDate day, NanoUsd amount) {
		if (key == null || amount.value() == 0) {
			return;
		}
		this.keySpend.merge(new KeyDay(key, day), amount, Saturated::sum);
		KeyBudget budget = this.keys.get(key);
		if (budget != null && budget.window(month, day).equals(budget.window(this.period, this.now))) {
			KeyBudget counted = budget.plus(amount);
			this.keys.put(key, counted);
			raiseReached(counted);
		}
	}

	private void raiseReached(KeyBudget key) {
		String window = key.window(this.period, this.now);
		String once = "key " + key.key() + ' ' + window + ' ' + key.limitCents() + ' ';
		for (int threshold : key.thresholds().reachedBy(key.spent(), key.limit())) {
			due(once + threshold, new BudgetAlert.ThresholdCrossed(UuidV7.next(), this.userId, this.period.month(),
					threshold, key.limitCents(), key.spent(), this.now, Limit.KEY, key.key(), window));
		}
		if (key.spent().compareTo(key.limit()) >= 0) {
			due(once + "exceeded", new BudgetAlert.Exceeded(UuidV7.next(), this.userId, this.period.month(),
					key.limitCents(), key.spent(), this.now, Limit.KEY, key.key(), window));
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
		NanoUsd limit = NanoUsd.ofCents(limitCents);
		Limit source = counted.month().isBefore(this.period.month()) ? null : bindingSource();
		String once = "user " + this.userId + ' ' + counted.month() + ' ' + limitCents + ' ';
		for (int threshold : this.budget.thresholds().reachedBy(counted.spent(), limit)) {
			due(once + threshold, new BudgetAlert.ThresholdCrossed(UuidV7.next(), this.userId, counted.month(),
					threshold, limitCents, counted.spent(), this.now, source, null, null));
		}
		if (counted.spent().compareTo(limit) >= 0) {
			due(once + "exceeded", new BudgetAlert.Exceeded(UuidV7.next(), this.userId, counted.month(), limitCents,
					counted.spent(), this.now, source, null, null));
		}
	}

	private @Nullable Limit bindingSource() {
		BindingLimit binding = binding();
		return (binding != null) ? binding.source() : null;
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
			due("credits " + this.userId + ' ' + credits.cycle().start(),
					new BudgetAlert.CreditsExhausted(UuidV7.next(), this.userId, this.period.month(),
							credits.cycle().start(), credits.total(), credits.used(), this.now));
		}
	}

	/**
	 * Notes that a gateway refused a call for good: one alert for the period and amount.
	 * Over the credits it is one of its own kind when none are left.
	 */
	public void refuse(BudgetRefused refusal) {
		if (refusal.limit() == Limit.CREDITS) {
			raiseExhausted();
		}
		ApiKeyId key = refusal.apiKeyId();
		String of = switch (refusal.limit()) {
			case BUDGET, CEILING, DEFAULT -> "user";
			case KEY, CREDITS, INSTALLATION -> refusal.limit().name().toLowerCase(Locale.ROOT);
		};
		NanoUsd left = Standing.left(refusal.spentNanos(), NanoUsd.ofCents(refusal.limitCents()));
		due("refused " + of + ' ' + ((key != null) ? key : this.userId) + ' ' + refusal.period() + ' '
				+ refusal.limitCents(),
				new BudgetAlert.CallRefused(UuidV7.next(), this.userId, refusal.period(), refusal.limitCents(),
						refusal.spentNanos(), this.now, refusal.neededNanos(), left, refusal.limit(), key,
						refusal.heldNanos(), refusal.largestMaxTokens(), refusal.resetsAt()));
	}

	/**
	 * Notes that one key sends the same prompt again and again: one alert a day.
	 */
	public void repeat(RepeatedCalls calls) {
		Object who = (calls.apiKeyId() != null) ? calls.apiKeyId() : this.userId;
		due("repeating " + who + ' ' + calls.day(), new BudgetAlert.CallsRepeating(UuidV7.next(), this.userId,
				this.period.month(), calls.apiKeyId(), calls.day(), calls.count(), this.now));
	}

	/**
	 * Notes that a model without a price was used: one alert ever, and of one user's
	 * models so many a month.
	 */
	public void callUnpriced(String provider, String model) {
		due("unpriced " + provider + ' ' + model, new BudgetAlert.ModelUnpriced(UuidV7.next(), this.userId,
				this.period.month(), provider, model, this.now));
	}

	private void due(String key, BudgetAlert alert) {
		this.dueAlerts.putIfAbsent(key, alert);
	}

	/**
	 * Puts another budget in force, at once but for its time zone, which waits for the
	 * next period. Thresholds that the spend has reached already are due.
	 */
	public void change(Budget wanted) {
		if (wanted.equals(this.budget)) {
			return;
		}
		if (!wanted.timeZone().equals(this.budget.timeZone())) {
			this.zoneChange = this.period.changeTo(wanted.timeZone());
		}
		this.budget = wanted;
		limitChanged();
	}

	private void limitChanged() {
		PeriodSpend current = periodSpend(this.period.month());
		put(current);
		raiseReached(current);
		touch();
	}

	/**
	 * Puts a budget of one key in force, with what the key has spent in its period.
	 */
	public void change(KeyBudget wanted) {
		this.keys.put(wanted.key(), wanted);
		raiseReached(wanted);
		touch();
	}

	/**
	 * Ends the budget of a key.
	 * @return whether there was one
	 */
	public boolean removeKey(ApiKeyId key) {
		KeyBudget removed = this.keys.remove(key);
		if (removed != null) {
			touch();
		}
		return removed != null;
	}

	/**
	 * Decides on a gateway's request for a line. What it asks of a limit that is not
	 * there, or of a period that is not the current one, changes nothing.
	 */
	public Lent ask(String scope, String lentPeriod, Lending.Ask ask) {
		lend();
		Lending before = this.lending.get(scope);
		Cap cap = caps().get(scope);
		if (before == null || cap == null || !before.period().equals(lentPeriod)) {
			return Lent.VOID;
		}
		Lending after = before.ask(ask, cap.left(), this.everyone.sources());
		if (after.equals(before)) {
			return Lent.VOID;
		}
		this.lending.put(scope, after);
		touch();
		long line = after.believed(ask.source(), this.everyone.sources());
		return (line >= ask.line()) ? Lent.GRANTED : Lent.SHORT;
	}

	/** What became of a gateway's request for a line. */
	public enum Lent {

		/** It has what it asked for. */
		GRANTED,
		/** There is not that much left that is not lent. */
		SHORT,
		/**
		 * It was older than something decided before, or about a limit that is not there.
		 */
		VOID

	}

	/**
	 * Brings the lending of every hard limit up to what is counted now, before the
	 * account is written: what is told must be what is kept.
	 */
	void lend() {
		Map<String, Cap> caps = caps();
		this.lending.keySet().retainAll(caps.keySet());
		long at = nextVersion();
		caps.forEach(
				(scope, cap) -> this.lending.put(scope, this.lending.getOrDefault(scope, Lending.none(cap.period(), at))
					.at(cap.period(), cap.limit(), cap.left(), at, this.everyone.sources())));
	}

	private Map<String, Cap> caps() {
		Map<String, Cap> caps = new TreeMap<>();
		BindingLimit limit = enforced();
		if (limit != null && enforcement() == Enforcement.HARD) {
			caps.put(BudgetStatus.BUDGET_SCOPE, new Cap(this.period.month().toString(), limit.amount().value(),
					periodSpend(this.period.month()).spent().value()));
		}
		Credits credits = credits();
		caps.put(BudgetStatus.CREDITS_SCOPE, new Cap(credits.cycle().start().toString(),
				NanoUsd.ofCents(credits.total()).value(), credits.used().value()));
		for (KeyBudget key : this.keys.values()) {
			if (key.enforcement() == Enforcement.HARD) {
				caps.put(key.scope(),
						new Cap(key.window(this.period, this.now), key.limit().value(), key.spent().value()));
			}
		}
		return caps;
	}

	/** A hard limit, in nano-USD. */
	private record Cap(String period, long limit, long spent) {

		long left() {
			return Math.max(0, this.limit - Math.max(0, this.spent));
		}

	}

	/** A key's calls of one day. */
	record KeyDay(ApiKeyId key, LocalDate day) {

	}

	/**
	 * Adds granted credits to the current cycle.
	 * @param amount whole credits, at least 1
	 */
	public void grant(long amount) {
		put(credits().grant(amount));
		touch();
	}

	/**
	 * Takes note of when the user signed up. What was counted before is kept and moves to
	 * the cycles that follow from it.
	 */
	public void register(Instant at) {
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
	public Credits credits() {
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

	/** Makes the account new although nothing about it may have changed. */
	void bringForward() {
		touch();
	}

	/**
	 * Moves the version on, once per transaction. It follows the clock, so that it grows
	 * even over a restored database, whose versions would otherwise fall behind those the
	 * gateways have seen.
	 */
	private void touch() {
		if (!this.changed) {
			this.version = nextVersion();
			this.changed = true;
		}
	}

	private long nextVersion() {
		return this.changed ? this.version : Math.max(this.version + 1, this.now.toEpochMilli());
	}

	private @Nullable Long limitCents() {
		BindingLimit limit = binding();
		return (limit != null) ? limit.cents() : null;
	}

	private @Nullable BindingLimit binding() {
		return this.budget.limit(this.everyone.defaultCents());
	}

	/**
	 * The limit that gateways hold calls to. The owner may soften their own amount, but
	 * not the administrator's.
	 */
	private @Nullable BindingLimit enforced() {
		BindingLimit ceiling = this.budget.ceiling(this.everyone.defaultCents());
		boolean soft = this.budget.enforcement() == Enforcement.SOFT;
		return (soft && ceiling != null && isHard(ceiling)) ? ceiling : binding();
	}

	private boolean isHard(BindingLimit limit) {
		return switch (limit.source()) {
			case CEILING -> true;
			case DEFAULT -> this.everyone.defaultEnforcement() == Enforcement.HARD;
			case BUDGET, CREDITS, KEY, INSTALLATION -> this.budget.enforcement() == Enforcement.HARD;
		};
	}

	private Enforcement enforcement() {
		BindingLimit limit = enforced();
		return (limit == null) ? this.budget.enforcement() : (isHard(limit) ? Enforcement.HARD : Enforcement.SOFT);
	}

	/**
	 * Where the user stands in the current period.
	 */
	public Standing standing() {
		return new Standing(this.budget, binding(), this.period, periodSpend(this.period.month()).spent(), this.now);
	}

	/**
	 * What gateways are told.
	 */
	public BudgetStatus status() {
		BindingLimit limit = enforced();
		Credits credits = credits();
		Map<String, BudgetStatus.Lines> lines = new TreeMap<>();
		this.lending.forEach((scope, each) -> lines.put(scope, each.told(this.everyone.sources())));
		return new BudgetStatus(this.userId, this.version, this.period.zone().getId(), this.period.month(),
				this.period.end(), (limit != null) ? limit.cents() : null, (limit != null) ? limit.source() : null,
				enforcement(), standing().spent(), credits.cycle().start(), credits.cycle().end(), credits.included(),
				credits.grantedInAll(), credits.used(), this.applied, lines,
				this.keys.values().stream().map((key) -> key.told(this.period, this.now)).toList());
	}

	/**
	 * When the period, its zone or the billing cycle changes next.
	 */
	Instant rollsAt() {
		Instant next = earlier(this.period.changesAt(this.zoneChange), credits().cycle().end());
		boolean daily = this.keys.values().stream().anyMatch((key) -> key.kind() == BudgetStatus.KeyPeriod.DAY);
		return daily ? earlier(next, this.period.endOfDay(this.now)) : next;
	}

	private static Instant earlier(Instant left, Instant right) {
		return left.isBefore(right) ? left : right;
	}

	public UserId userId() {
		return this.userId;
	}

	public Instant signedUpAt() {
		return this.signedUpAt;
	}

	public boolean isProvisional() {
		return this.provisional;
	}

	public long version() {
		return this.version;
	}

	public Budget budget() {
		return this.budget;
	}

	@Nullable ZoneChange zoneChange() {
		return this.zoneChange;
	}

	public BudgetPeriod period() {
		return this.period;
	}

	public boolean hasChanged() {
		return this.changed;
	}

	/** By what makes them unique. */
	Map<String, BudgetAlert> dueAlerts() {
		return Map.copyOf(this.dueAlerts);
	}

	/** What keys have spent more, by key and day. */
	Map<KeyDay, NanoUsd> keySpend() {
		return Map.copyOf(this.keySpend);
	}

	/** The budgets of keys. */
	public Collection<KeyBudget> keys() {
		return List.copyOf(this.keys.values());
	}

	/** How hard limits are lent, by scope. */
	public Map<String, Lending> lending() {
		return Map.copyOf(this.lending);
	}

	Everyone.@Nullable Ceiling knownDefault() {
		return this.knownDefault;
	}

	/** When the account was brought forward to. */
	public Instant now() {
		return this.now;
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
