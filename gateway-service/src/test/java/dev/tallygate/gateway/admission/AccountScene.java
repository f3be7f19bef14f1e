package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyBudget;
import dev.tallygate.events.BudgetStatus.Lines;
import dev.tallygate.events.Credential;
import dev.tallygate.events.InstallationStatus;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.AdmissionOutcome.Admitted;
import dev.tallygate.gateway.admission.AdmissionOutcome.Denied;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.PriceRow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * One account, a lender that only takes notes, and a clock that stands still.
 */
final class AccountScene implements Lender {

	static final String SOURCE = "/gateway/test/1";

	static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	static final Instant DECEMBER = Instant.parse("2026-12-01T00:00:00Z");

	static final YearMonth MONTH = YearMonth.of(2026, 11);

	static final long CENT = NanoUsd.PER_CENT;

	/** The output tokens a growing call takes at a time. */
	static final int STEP = 100;

	static final Duration BORROW_AGAIN = Duration.ofMillis(150);

	/** A nano-USD a token. */
	static final CallPrice PRICE = CallPrice.of(PriceRow.of("p", "m", 1_000_000, 1_000_000, Instant.EPOCH));

	final UserId user = new UserId(UuidV7.next());

	final ApiKeyId key = new ApiKeyId(UuidV7.next());

	private final AtomicLong nanoTime = new AtomicLong(-5);

	final Installation installation = new Installation(() -> this, this.nanoTime::get);

	final List<PostedCall> seen = new ArrayList<>();

	/** Who had something to ask, as often as it said so. */
	final List<Account> asked = new CopyOnWriteArrayList<>();

	final List<Long> countedAfter = new ArrayList<>();

	final List<String> waits = new CopyOnWriteArrayList<>();

	final Account account;

	private final Freshness freshness = new Freshness(Duration.ofSeconds(30), this.nanoTime::get);

	long session = NOBODY;

	volatile boolean away;

	boolean unanswered;

	int askedForAll;

	/** What happens while a call is posted, under the account's lock. */
	Runnable whenSeen = () -> {
	};

	private long version;

	private long asks;

	/** Calls do not wait. */
	AccountScene() {
		this(Duration.ZERO);
	}

	/** Calls wait so long. */
	AccountScene(Duration maxWait) {
		this(maxWait, 512);
	}

	AccountScene(Duration maxWait, int openCalls) {
		this.account = new Account(this.user, SOURCE,
				new AdmissionProperties(openCalls, maxWait, Duration.ofSeconds(30), Duration.ofHours(2),
						Path.of("unused"), Duration.ofSeconds(30), Duration.ofSeconds(5), 1000, true, STEP,
						BORROW_AGAIN),
				this.installation, () -> this, this::seen, this.nanoTime::get);
		this.freshness.sign(0, NOW, NOW);
	}

	@Override
	public long session() {
		return this.session;
	}

	@Override
	public boolean isAway() {
		return this.away;
	}

	@Override
	public boolean isUnanswered() {
		return this.away || this.unanswered;
	}

	@Override
	public void asks(Account from) {
		this.asked.add(from);
	}

	@Override
	public void asksForAll() {
		this.askedForAll++;
	}

	@Override
	public void waited(boolean admitted, long nanos) {
		this.waits.add(admitted + " " + nanos);
	}

	@Override
	public void counted(long nanos) {
		this.countedAfter.add(nanos);
	}

	private void seen(PostedCall call) {
		this.seen.add(call);
		this.whenSeen.run();
	}

	void pass(Duration time) {
		this.nanoTime.addAndGet(time.toNanos());
	}

	/** A budget of a cent, of which so much is left. */
	void left(long nanos) {
		this.account.update(status(1L, CENT - nanos, Map.of(), null, null), 0);
	}

	/** A budget of a cent of which nothing is spent, lent out like this. */
	BudgetStatus lent(Map<String, Lines> lines) {
		return status(1L, 0, Map.of(), lines, null);
	}

	BudgetStatus status(@Nullable Long cents, long spent, Map<String, Long> applied, @Nullable Map<String, Lines> lines,
			@Nullable List<KeyBudget> keys) {
		return new BudgetStatus(this.user, ++this.version, "UTC", MONTH, DECEMBER, cents,
				(cents != null) ? Limit.BUDGET : null, Enforcement.HARD, new NanoUsd(spent),
				Instant.parse("2026-11-01T00:00:00Z"), DECEMBER, 1000, 0, NanoUsd.ZERO, applied, lines, keys);
	}

	/** This gateway's own line, of the present session. */
	Lines mine(long line, boolean wanted) {
		return new Lines(NanoUsd.ZERO, NanoUsd.ZERO, wanted, this.session, Map.of(SOURCE, new NanoUsd(line)));
	}

	/** The installation's limit in cents, and whether it is lent. */
	void installation(long cents, @Nullable Boolean wanted) {
		this.installation.update(new InstallationStatus(++this.version, MONTH, DECEMBER, cents, Enforcement.HARD,
				NanoUsd.ZERO, null, Enforcement.HARD, wanted));
	}

	/** What the installation's limit takes for spent beyond what is counted. */
	long installationsOwn() {
		return cap().own();
	}

	long installationHolds() {
		return cap().held();
	}

	private Cap cap() {
		return Objects.requireNonNull(this.installation.cap(NOW));
	}

	/** What is to be asked now. */
	List<Ask> asks() {
		return this.account.asks(() -> ++this.asks, NOW);
	}

	/** The line that is asked for under the only limit that has something to ask. */
	long asksForLine() {
		List<Ask> now = asks();
		assertThat(now).hasSize(1);
		return now.getFirst().line();
	}

	/** What is to be given back now. */
	List<Ask> returns(boolean forGood) {
		return this.account.returns(() -> ++this.asks, NOW, forGood);
	}

	AdmissionOutcome admit(Wish wish) {
		return this.account.admit(wish, this.freshness);
	}

	/** A call with a limit on its output, on a key of the user's own. */
	Wish bounded(long need) {
		return wish(null, Credential.USER, 0, need, 1, false, NOW);
	}

	/** The same on the operator's key. */
	Wish onSystemKey(long need) {
		return wish(null, Credential.SYSTEM, 0, need, 1, false, NOW);
	}

	/** A call whose output nobody limited. */
	Wish openEnded(String model) {
		return new Wish(this.user, null, "p", model, PRICE, Credential.USER, 0, null, 1, false, NOW);
	}

	/** A stream whose hold grows. */
	Wish growing(long input) {
		return wish(null, Credential.USER, input, 128_000L, 1, true, NOW);
	}

	Wish wish(@Nullable ApiKeyId apiKey, Credential credential, long input, @Nullable Long most, int choices,
			boolean grows, Instant at) {
		return new Wish(this.user, apiKey, "p", "m", PRICE, credential, input, most, choices, grows, at);
	}

	PostedCall posted(long seq, long cost) {
		return posted(seq, cost, Credential.USER);
	}

	PostedCall posted(long seq, long cost, Credential credential) {
		return new PostedCall(this.user, null, seq, cost, credential, NOW, LocalDate.ofInstant(NOW, ZoneOffset.UTC));
	}

	/** What the user's open calls hold. */
	long held() {
		return this.account.held(MONTH).amount().value();
	}

	/** A call that waits. */
	Waiting waits(Wish wish) {
		FutureTask<AdmissionOutcome> outcome = new FutureTask<>(() -> admit(wish));
		Thread caller = Thread.ofVirtual().start(outcome);
		Awaitility.await()
			.pollInterval(Duration.ofMillis(1))
			.until(() -> caller.getState() == Thread.State.TIMED_WAITING || outcome.isDone());
		assertThat(outcome.isDone()).as("waits").isFalse();
		return new Waiting(caller, outcome);
	}

	record Waiting(Thread caller, FutureTask<AdmissionOutcome> task) {

		AdmissionOutcome outcome() throws Exception {
			return this.task.get(5, TimeUnit.SECONDS);
		}

		/** Returns when it was woken and waits again. */
		void goesOnWaiting() {
			Awaitility.await()
				.pollInterval(Duration.ofMillis(1))
				.until(() -> this.caller.getState() == Thread.State.TIMED_WAITING || this.task.isDone());
			assertThat(this.task.isDone()).as("is over").isFalse();
		}

		/** Interrupts it, and returns when it has noticed and waits for the lock. */
		void interrupt() {
			this.caller.interrupt();
			Awaitility.await()
				.pollInterval(Duration.ofMillis(1))
				.until(() -> this.caller.getState() == Thread.State.WAITING);
		}

	}

	static Reservation admitted(AdmissionOutcome outcome) {
		assertThat(outcome).isInstanceOf(Admitted.class);
		return ((Admitted) outcome).reservation();
	}

	static Refusal.OverLimit over(AdmissionOutcome outcome) {
		assertThat(outcome).isInstanceOf(Denied.class);
		assertThat(((Denied) outcome).refusal()).isInstanceOf(Refusal.OverLimit.class);
		return (Refusal.OverLimit) ((Denied) outcome).refusal();
	}

	/** Whether nobody keeps the account's lock, which every other thread needs. */
	void isFree() throws Exception {
		FutureTask<@Nullable BudgetStatus> other = new FutureTask<>(this.account::status);
		Thread.ofVirtual().start(other);
		other.get(5, TimeUnit.SECONDS);
	}

}
