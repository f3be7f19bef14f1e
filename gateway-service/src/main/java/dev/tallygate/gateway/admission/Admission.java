package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.InstallationStatus;
import dev.tallygate.events.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether calls may be made. One lock per user; users never wait for each other.
 */
public final class Admission {

	private static final Logger log = LoggerFactory.getLogger(Admission.class);

	/** What is left of a start, most of the time. */
	private static final Duration STARTING = Duration.ofSeconds(1);

	private static final Duration STEP = Duration.ofMillis(20);

	private final Map<UserId, Account> accounts = new ConcurrentHashMap<>();

	/** Those whose status the snapshot does not have yet. */
	private final Set<UserId> changed = ConcurrentHashMap.newKeySet();

	private final AdmissionProperties properties;

	private final Freshness freshness;

	private final String source;

	private final Clock clock;

	private final LongAccumulator lastSeq = new LongAccumulator(Math::max, 0);

	private final Installation installation;

	private volatile Lender lender = Lender.NONE;

	private volatile BooleanSupplier statusesRead = () -> true;

	private volatile long safelyCountedUpTo;

	/**
	 * Admission at the gateway that is called {@code source} in the events.
	 */
	public Admission(String source, AdmissionProperties properties, Clock clock) {
		this(source, properties, clock, new Freshness(properties.staleAfter(), System::nanoTime));
	}

	Admission(String source, AdmissionProperties properties, Clock clock, Freshness freshness) {
		this.source = source;
		this.properties = properties;
		this.clock = clock;
		this.freshness = freshness;
		this.installation = new Installation(() -> this.lender, freshness::now);
	}

	/**
	 * Admits a call, or says why not. May wait for open calls to end, and at a start
	 * until it is known where users stand.
	 * @throws AdmissionInterruptedException when interrupted while it waits
	 */
	public AdmissionOutcome admit(Wish wish) {
		if (!isKnownWhereUsersStand()) {
			return new AdmissionOutcome.Denied(new Refusal.BudgetUnavailable(STARTING), null);
		}
		return account(wish.userId()).admit(wish, this.freshness);
	}

	private boolean isKnownWhereUsersStand() {
		long start = this.freshness.now();
		while (!this.statusesRead.getAsBoolean()) {
			if (this.freshness.now() - start >= this.properties.maxWait().toNanos()) {
				return false;
			}
			try {
				Thread.sleep(STEP);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new AdmissionInterruptedException(ex);
			}
		}
		return true;
	}

	/** The day of a user's budget, in its time zone. */
	public LocalDate dayOf(UserId userId, Instant at) {
		BudgetStatus status = status(userId);
		return LocalDate.ofInstant(at, (status != null) ? Standing.zoneOf(status.timeZone()) : ZoneOffset.UTC);
	}

	/** What a user's open calls may still cost in the month that it is for the budget. */
	Held held(UserId userId, Instant now) {
		Account account = this.accounts.get(userId);
		return (account != null) ? account.held(YearMonth.from(dayOf(userId, now))) : Held.NOTHING;
	}

	/**
	 * What open calls may still cost, by user.
	 * @param most of so many users
	 */
	Map<UserId, Held> open(Instant now, int most) {
		Map<UserId, Held> open = new HashMap<>();
		for (Account account : this.accounts.values()) {
			if (open.size() < most && account.mayHaveOpenCalls()) {
				open.put(account.userId(), account.held(YearMonth.from(dayOf(account.userId(), now))));
			}
		}
		open.values().removeIf((held) -> held.calls() == 0);
		return open;
	}

	/** Counts the calls that settled before this process started. */
	public void recovered(EarlierCalls calls) {
		this.lastSeq.accumulate(calls.lastSeq());
		calls.byUser().forEach((user, each) -> account(user).recovered(each));
	}

	/** Takes what budget-service says about a user. */
	void update(BudgetStatus status, int partition) {
		account(status.userId()).update(status, partition);
		this.changed.add(status.userId());
	}

	/**
	 * Takes the answer to an ask; null when budget-service knows no such user.
	 * @return whether the line is as long as was asked for
	 */
	boolean answered(Ask ask, @Nullable BudgetStatus status) {
		boolean enough = account(ask.userId()).answered(ask, status, this.clock.instant());
		this.changed.add(ask.userId());
		return enough;
	}

	/** Those who borrow and have made no call for so long. */
	List<Account> idleFor(Duration time) {
		return this.accounts.values().stream().filter((account) -> account.isIdleFor(time)).toList();
	}

	/** What is lent to this gateway by name, over all users and limits, in nano-USD. */
	long lent() {
		return this.accounts.values().stream().mapToLong(Account::lent).sum() + this.installation.line().lent();
	}

	/** Takes what budget-service says about everybody. */
	void update(InstallationStatus status) {
		this.installation.update(status);
	}

	/** What holds for everybody. */
	Installation installation() {
		return this.installation;
	}

	/** Calls on system keys that budget-service is not known to have counted. */
	Uncounted uncounted() {
		Map<YearMonth, Long> settled = this.installation.line().settled();
		List<Uncounted.Call> calls = new ArrayList<>();
		this.accounts.values().forEach((account) -> account.addUncountedTo(calls));
		return new Uncounted(calls, settled);
	}

	/** Admits nobody before it is known where users stand. */
	void waitsFor(BooleanSupplier statusesRead) {
		this.statusesRead = statusesRead;
	}

	/** From now on accounts borrow what they spend. */
	void lender(Lender from) {
		this.lender = from;
	}

	/** What this gateway is called in the events. */
	String source() {
		return this.source;
	}

	/** Notes a sign of life from budget-service. */
	void signOfLife(int partition, Instant at) {
		this.freshness.sign(partition, at, this.clock.instant());
	}

	/** How old what budget-service said may be. */
	Freshness freshness() {
		return this.freshness;
	}

	/** Forgets a user whose status is gone from the topic. */
	void forget(UserId userId) {
		Account account = this.accounts.get(userId);
		if (account != null) {
			account.forget();
			this.changed.add(userId);
		}
	}

	/** All statuses that are known. */
	List<BudgetStatus> statuses() {
		return this.accounts.values().stream().map(Account::status).filter(Objects::nonNull).toList();
	}

	/** What is known of a user's status. */
	@Nullable BudgetStatus status(UserId userId) {
		Account account = this.accounts.get(userId);
		return (account != null) ? account.status() : null;
	}

	/** Whose status has changed or was forgotten since this was last asked. */
	Set<UserId> takeChanged() {
		Set<UserId> taken = new HashSet<>();
		this.changed.removeIf(taken::add);
		return taken;
	}

	private void seen(PostedCall call) {
		this.lastSeq.accumulate(call.seq());
	}

	/**
	 * Up to which seq nothing of this gateway's is needed any more to know where its
	 * users stand, even after a restart without Kafka.
	 */
	public long safelyCountedUpTo() {
		return this.safelyCountedUpTo;
	}

	/** The last snapshot covers all up to this seq. */
	void safelyCountedUpTo(long seq) {
		this.safelyCountedUpTo = seq;
	}

	/** Up to which seq budget-service has counted all calls of this gateway. */
	long countedUpTo() {
		long first = this.lastSeq.get() + 1;
		boolean well = !this.freshness.isStale(Freshness.ANY);
		for (Account account : this.accounts.values()) {
			long uncounted = account.firstUncounted(well);
			first = (uncounted > 0) ? Math.min(first, uncounted) : first;
		}
		return first - 1;
	}

	/** Whether budget-service, which is there, has calls of this gateway to count. */
	public boolean isAboutToBeCounted() {
		return !this.freshness.isStale(Freshness.ANY) && countedUpTo() < this.lastSeq.get();
	}

	/** Lets go of holds that were never released. */
	void expire() {
		Duration after = this.properties.reservationTtl();
		int expired = this.accounts.values().stream().mapToInt((account) -> account.expire(after)).sum();
		if (expired > 0) {
			log.error("{} reservations were never released and have expired; calls are leaking", expired);
		}
	}

	private Account account(UserId userId) {
		Account known = this.accounts.get(userId);
		return (known != null) ? known : this.accounts.computeIfAbsent(userId, (id) -> new Account(id, this.source,
				this.properties, this.installation, () -> this.lender, this::seen, this.freshness::now));
	}

}
