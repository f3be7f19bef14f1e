package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.gateway.admission.LeaseDesk.SessionOverException;
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

	private final Admission admission;

	private final LeaseDesk desk;

	private final Clock clock;

	private final Set<Account> pending = ConcurrentHashMap.newKeySet();

	private final AtomicLong numbers = new AtomicLong();

	private volatile long session;

	private volatile boolean away;

	Leases(Admission admission, LeaseDesk desk, Clock clock) {
		super("leases", Duration.ofMillis(250), Duration.ofSeconds(1));
		this.admission = admission;
		this.desk = desk;
		this.clock = clock;
	}

	@Override
	public long session() {
		return this.session;
	}

	@Override
	public boolean isAway() {
		return this.away && this.session != 0;
	}

	@Override
	public void asks(Account account) {
		if (this.pending.add(account)) {
			wake();
		}
	}

	@Override
	protected void work() throws IOException, InterruptedException {
		try {
			while (isRunning()) {
				if (this.session == 0) {
					this.session = this.desk.register();
				}
				askForAll();
				this.away = false;
				succeeded();
				pause(this.pending.isEmpty() ? IDLE : AGAIN);
			}
		}
		catch (IOException | RuntimeException ex) {
			this.away = true;
			this.pending.forEach(Account::lenderIsAway);
			throw ex;
		}
	}

	private void askForAll() throws IOException {
		List<Account> accounts = List.copyOf(this.pending);
		List<Ask> asks = new ArrayList<>();
		for (Account account : accounts) {
			this.pending.remove(account);
			asks.addAll(account.asks(this.numbers::incrementAndGet, this.clock.instant(), false));
		}
		try {
			for (int from = 0; from < asks.size(); from += BATCH) {
				send(asks.subList(from, Math.min(from + BATCH, asks.size())));
			}
		}
		catch (SessionOverException ex) {
			this.session = 0;
			wake();
		}
		finally {
			Instant now = this.clock.instant();
			accounts.stream().filter((account) -> account.mustAskAgain(now)).forEach(this.pending::add);
		}
	}

	private void send(List<Ask> batch) throws IOException, SessionOverException {
		List<@Nullable BudgetStatus> answers = this.desk.ask(this.session, batch);
		if (answers.size() != batch.size()) {
			throw new IOException("budget-service answered " + answers.size() + " of " + batch.size() + " asks");
		}
		for (int i = 0; i < batch.size(); i++) {
			this.admission.answered(batch.get(i), answers.get(i));
		}
	}

}
