package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.gateway.admission.LeaseDesk.SessionOverException;
import dev.tallygate.gateway.admission.Uncounted.Counted;
import dev.tallygate.gateway.admission.Uncounted.Granted;
import dev.tallygate.messaging.BackgroundLoop;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Carries what accounts ask to budget-service, many in one request, one request at a
 * time. Calls wait for it only near a limit, or when theirs is the first of its user
 * here.
 */
final class Leases extends BackgroundLoop implements Lender {

	/** The most asks in one request. */
	private static final int BATCH = 500;

	private static final Duration IDLE = Duration.ofSeconds(1);

	private static final Duration AGAIN = Duration.ofMillis(40);

	/**
	 * So many requests in a row without an answer, and budget-service is away. One alone
	 * may be lost or late while many change limits, and asking again settles it sooner
	 * than the caller could.
	 */
	private static final int AWAY_AFTER = 2;

	private final Admission admission;

	private final LeaseDesk desk;

	private final Clock clock;

	private final Set<Account> pending = ConcurrentHashMap.newKeySet();

	private final AtomicLong numbers = new AtomicLong();

	private volatile long session;

	/** How often in a row there was no answer; only the loop's thread writes it. */
	private volatile int unanswered;

	private final Duration giveBackAfter;

	private final LeaseMeters meters;

	/** Whether something is to be asked about the installation's limit. */
	private volatile boolean askedForAll;

	private long lookedAt = System.nanoTime();

	Leases(Admission admission, LeaseDesk desk, Duration giveBackAfter, LeaseMeters meters, Clock clock) {
		super("leases", Duration.ofMillis(250), Duration.ofSeconds(1));
		this.admission = admission;
		this.desk = desk;
		this.giveBackAfter = giveBackAfter;
		this.meters = meters;
		this.clock = clock;
		meters.watch(this::isUnanswered, admission::lent);
	}

	@Override
	public long session() {
		return this.session;
	}

	@Override
	public boolean isAway() {
		return this.unanswered >= AWAY_AFTER && this.session != 0;
	}

	@Override
	public boolean isUnanswered() {
		return this.unanswered > 0;
	}

	@Override
	public void asks(Account account) {
		if (this.pending.add(account)) {
			wake();
		}
	}

	@Override
	public void asksForAll() {
		if (!this.askedForAll) {
			this.askedForAll = true;
			wake();
		}
	}

	@Override
	public void waited(boolean admitted, long nanos) {
		this.meters.waited(admitted, nanos);
	}

	@Override
	public void counted(long nanos) {
		this.meters.counted(nanos);
	}

	@Override
	protected void work() throws IOException, InterruptedException {
		try {
			while (isRunning()) {
				if (this.session == 0) {
					this.admission.installation().line().unanchor();
					this.session = this.desk.register();
				}
				askForAccounts();
				askForInstallation(false);
				this.unanswered = 0;
				succeeded();
				pause((this.pending.isEmpty() && !this.askedForAll) ? IDLE : AGAIN);
				if (System.nanoTime() - this.lookedAt > this.giveBackAfter.toNanos() / 4) {
					this.lookedAt = System.nanoTime();
					giveBack(this.admission.idleFor(this.giveBackAfter), false);
				}
			}
			if (!isUnanswered()) {
				// Nobody knows how long this gateway is away, or whether it comes back.
				giveBack(this.admission.idleFor(Duration.ZERO), true);
				askForInstallation(true);
			}
		}
		catch (IOException | RuntimeException ex) {
			this.unanswered = Math.min(this.unanswered + 1, AWAY_AFTER);
			this.pending.forEach(Account::lenderIsAway);
			throw ex;
		}
	}

	private void askForAccounts() throws IOException {
		List<Account> accounts = List.copyOf(this.pending);
		List<Ask> asks = new ArrayList<>();
		for (Account account : accounts) {
			this.pending.remove(account);
			asks.addAll(account.asks(this.numbers::incrementAndGet, this.clock.instant()));
		}
		try {
			sendAll(asks);
		}
		finally {
			Instant now = this.clock.instant();
			accounts.stream().filter((account) -> account.mustAskAgain(now)).forEach(this.pending::add);
		}
	}

	private void askForInstallation(boolean forGood) throws IOException {
		this.askedForAll = false;
		Installation installation = this.admission.installation();
		if (!installation.isLent() || this.session == 0) {
			return;
		}
		try {
			if (!installation.line().isAnchored()) {
				Uncounted uncounted = this.admission.uncounted();
				Counted counted = this.desk.counted(this.session, uncounted.users());
				installation.line().anchor(counted.period(), uncounted.anchor(counted));
			}
			Ask ask = installation.ask(this.numbers::incrementAndGet, this.clock.instant(), forGood);
			if (ask != null) {
				Granted granted = timed(() -> this.desk.askForAll(this.session, ask));
				this.meters.decided(installation.line().answered(ask, granted.period(), granted.granted().value()));
			}
		}
		catch (SessionOverException ex) {
			this.session = 0;
			wake();
		}
		finally {
			this.askedForAll |= installation.line().mustAskAgain();
		}
	}

	private void giveBack(List<Account> accounts, boolean forGood) throws IOException {
		List<Ask> asks = new ArrayList<>();
		for (Account account : accounts) {
			asks.addAll(account.returns(this.numbers::incrementAndGet, this.clock.instant(), forGood));
		}
		try {
			sendAll(asks);
		}
		finally {
			// A promise holds until it is answered.
			Instant now = this.clock.instant();
			accounts.stream().filter((account) -> account.mustAskAgain(now)).forEach(this.pending::add);
		}
	}

	private void sendAll(List<Ask> asks) throws IOException {
		try {
			for (int from = 0; from < asks.size(); from += BATCH) {
				send(asks.subList(from, Math.min(from + BATCH, asks.size())));
			}
		}
		catch (SessionOverException ex) {
			this.session = 0;
			wake();
		}
	}

	private void send(List<Ask> batch) throws IOException, SessionOverException {
		List<@Nullable BudgetStatus> answers = timed(() -> this.desk.ask(this.session, batch));
		if (answers.size() != batch.size()) {
			throw new IOException("budget-service answered " + answers.size() + " of " + batch.size() + " asks");
		}
		for (int i = 0; i < batch.size(); i++) {
			this.meters.decided(this.admission.answered(batch.get(i), answers.get(i)));
		}
	}

	private <T> T timed(Request<T> request) throws IOException, SessionOverException {
		long asked = System.nanoTime();
		try {
			T answer = request.send();
			this.meters.answered(System.nanoTime() - asked);
			return answer;
		}
		catch (IOException ex) {
			this.meters.failed();
			throw ex;
		}
	}

	/** A request to budget-service. */
	@FunctionalInterface
	private interface Request<T> {

		/** Sends it and waits for the answer. */
		T send() throws IOException, SessionOverException;

	}

}
