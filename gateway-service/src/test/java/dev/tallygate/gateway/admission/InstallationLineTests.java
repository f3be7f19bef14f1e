package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.Credential;
import dev.tallygate.events.InstallationStatus;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.AdmissionOutcome.Admitted;
import dev.tallygate.gateway.admission.AdmissionOutcome.Denied;
import dev.tallygate.gateway.admission.Uncounted.Counted;
import dev.tallygate.gateway.admission.Uncounted.Granted;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.PriceRow;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Gateways as they are, and a budget-service of a few lines, under the installation's
 * limit.
 */
class InstallationLineTests {

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	private static final YearMonth MONTH = YearMonth.of(2026, 11);

	private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

	/** A nano-USD a token. */
	private static final CallPrice PRICE = CallPrice.of(PriceRow.of("p", "m", 1_000_000, 1_000_000, Instant.EPOCH));

	/** How often a caller of a race asks. */
	private static final int CALLS = 5_000;

	private final Desk desk = new Desk(100_000_000L);

	@Test
	void nothingIsSpentBeforeItIsGranted() {
		this.desk.away = true;
		try (Gateway gateway = new Gateway("a", this.desk)) {
			gateway.admission.update(this.desk.status());
			assertThat(((Denied) gateway.admit(1_000_000)).refusal().code()).isEqualTo("budget_unavailable");
			this.desk.away = false;
			Awaitility.await().until(() -> gateway.admit(1_000_000) instanceof Admitted);
		}
	}

	@Test
	void whatTheSourceSpentBeforeAndWhatIsNotCountedYetIsSpent() {
		UserId user = new UserId(UuidV7.next());
		this.desk.counted.put("a", 40_000_000L);
		this.desk.applied.put(user, 7L);
		EarlierCalls earlier = new EarlierCalls();
		earlier.add(posted(user, 7, 11_000_000L));
		earlier.add(posted(user, 8, 20_000_000L));
		try (Gateway gateway = new Gateway("a", this.desk)) {
			gateway.admission.recovered(earlier);
			gateway.admission.update(this.desk.status());
			assertThat(gateway.admit(41_000_000)).as("one too much").isInstanceOf(Denied.class);
			assertThat(gateway.admit(40_000_000)).isInstanceOf(Admitted.class);
		}
	}

	@Test
	void severalGatewaysSpendTheLimitAndNoMoreOfIt() throws Exception {
		try (Gateway first = new Gateway("a", this.desk);
				Gateway second = new Gateway("b", this.desk);
				Gateway third = new Gateway("c", this.desk)) {
			List<Gateway> gateways = List.of(first, second, third);
			gateways.forEach((gateway) -> gateway.admission.update(this.desk.status()));
			List<Thread> callers = new ArrayList<>();
			for (int i = 0; i < 60; i++) {
				Gateway gateway = gateways.get(i % 3);
				callers.add(Thread.ofVirtual().start(() -> gateway.spend(6)));
			}
			for (Thread caller : callers) {
				while (!caller.join(Duration.ofMillis(20))) {
					gateways.forEach((gateway) -> gateway.admission.update(this.desk.status()));
				}
			}
			long spent = gateways.stream().mapToLong((gateway) -> gateway.spent()).sum();
			assertThat(spent).isLessThanOrEqualTo(this.desk.limit);
			System.out.printf("3 gateways, 60 callers, limit %,d: spent %,d, asked %,d times, %,d in vain%n",
					this.desk.limit, spent, this.desk.asked, this.desk.refused);
			assertThat(spent).as("and all but the last call's worth can be spent").isGreaterThan(95_000_000L);
		}
	}

	@Test
	void anAnswerThatIsLostRefusesNobody() {
		try (Gateway gateway = new Gateway("a", this.desk)) {
			gateway.admission.update(this.desk.status());
			this.desk.lost.set(1);
			assertThat(gateway.admit(1_000_000)).isInstanceOf(Admitted.class);
			assertThat(this.desk.lost).hasValue(0);
		}
	}

	@Test
	void aLimitThatComesAndGoesMeanwhileBreaksNoCall() throws Exception {
		Admission admission = admission("a", Duration.ZERO);
		AtomicBoolean done = new AtomicBoolean();
		Thread changing = Thread.ofPlatform().start(() -> {
			while (!done.get()) {
				admission.update(this.desk.status());
				admission.update(this.desk.withoutLimit());
			}
		});
		List<Future<?>> callers = new ArrayList<>();
		try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
			for (int i = 0; i < 2; i++) {
				UserId user = new UserId(UuidV7.next());
				callers.add(threads.submit(() -> {
					for (int call = 0; call < CALLS; call++) {
						if (admission.admit(wish(user, 60_000_000)) instanceof Admitted(Reservation reservation)) {
							reservation.release();
						}
					}
				}));
			}
		}
		done.set(true);
		changing.join();
		for (Future<?> caller : callers) {
			caller.get();
		}
		admission.update(this.desk.status());
		assertThat(admission.admit(wish(new UserId(UuidV7.next()), 100_000_000))).as("nothing is held any more")
			.isInstanceOf(Admitted.class);
	}

	@Test
	void whatOthersWantIsGivenBack() {
		try (Gateway first = new Gateway("a", this.desk); Gateway second = new Gateway("b", this.desk)) {
			first.admission.update(this.desk.status());
			second.admission.update(this.desk.status());
			assertThat(first.admit(60_000_000)).isInstanceOf(Admitted.class);
			((Admitted) first.admit(30_000_000)).reservation().release();
			Awaitility.await().until(() -> {
				first.admission.update(this.desk.status());
				second.admission.update(this.desk.status());
				return second.admit(39_000_000) instanceof Admitted;
			});
		}
	}

	@Test
	void aGatewayThatStopsLeavesNothingUnused() {
		try (Gateway gateway = new Gateway("a", this.desk)) {
			gateway.admission.update(this.desk.status());
			gateway.spend(1);
			assertThat(this.desk.granted.get("a")).isGreaterThan(gateway.spent());
			gateway.leases.stop();
			assertThat(this.desk.granted.get("a")).isEqualTo(gateway.spent());
		}
	}

	private static Admission admission(String source, Duration maxWait) {
		Admission admission = new Admission(source,
				new AdmissionProperties(512, maxWait, Duration.ofSeconds(30), Duration.ofHours(2), Path.of("unused"),
						Duration.ofSeconds(30), Duration.ofSeconds(5), 1000, true, 64, Duration.ofMillis(20)),
				Clock.fixed(NOW, ZoneOffset.UTC));
		admission.signOfLife(0, NOW);
		return admission;
	}

	private static Wish wish(UserId user, long need) {
		return new Wish(user, null, "p", "m", PRICE, Credential.SYSTEM, 0, need, 1, false, NOW);
	}

	private static PostedCall posted(UserId user, long seq, long cost) {
		return new PostedCall(user, null, seq, cost, Credential.SYSTEM, NOW, TODAY);
	}

	/** A gateway's process. */
	private static final class Gateway implements AutoCloseable {

		private final Admission admission;

		private final Leases leases;

		private final List<Long> settled = new ArrayList<>();

		Gateway(String source, Desk desk) {
			this.admission = admission(source, Duration.ofSeconds(2));
			this.leases = new Leases(this.admission, desk.of(source), Duration.ofMinutes(1),
					new LeaseMeters(new SimpleMeterRegistry()), Clock.fixed(NOW, ZoneOffset.UTC));
			this.admission.lender(this.leases);
			this.leases.start();
		}

		AdmissionOutcome admit(long need) {
			return this.admission.admit(wish(new UserId(UuidV7.next()), need));
		}

		/** Some calls, one after the other, each of a user of its own. */
		void spend(int calls) {
			for (int i = 0; i < calls; i++) {
				if (admit(1_000_000) instanceof Admitted(Reservation call)) {
					long cost = ThreadLocalRandom.current().nextLong(500_000, 1_000_000);
					synchronized (this.settled) {
						this.settled.add(cost);
						call.post(posted(call.userId(), this.settled.size(), cost), null);
					}
				}
			}
		}

		long spent() {
			synchronized (this.settled) {
				return this.settled.stream().mapToLong(Long::longValue).sum();
			}
		}

		@Override
		public void close() {
			this.leases.stop();
		}

	}

	/** Budget-service. */
	private static final class Desk {

		private final long limit;

		private final Map<String, Long> granted = new HashMap<>();

		private final Map<String, Long> counted = new HashMap<>();

		private final Map<UserId, Long> applied = new HashMap<>();

		private volatile boolean away;

		/** So many requests more have no answer. */
		private final AtomicInteger lost = new AtomicInteger();

		private boolean wanted;

		private long version;

		private int asked;

		private int refused;

		Desk(long limit) {
			this.limit = limit;
		}

		InstallationStatus status() {
			return status(this.limit / NanoUsd.PER_CENT);
		}

		InstallationStatus withoutLimit() {
			return status(null);
		}

		private synchronized InstallationStatus status(@Nullable Long cents) {
			return new InstallationStatus(++this.version, MONTH, Instant.parse("2026-12-01T00:00:00Z"), cents,
					Enforcement.HARD, NanoUsd.ZERO, null, Enforcement.HARD, this.wanted);
		}

		private synchronized Granted ask(String source, Ask ask) {
			this.asked++;
			long now = this.granted.getOrDefault(source, 0L);
			long others = 0;
			for (Map.Entry<String, Long> each : this.granted.entrySet()) {
				others += each.getKey().equals(source) ? 0 : each.getValue();
			}
			if (ask.line() <= now || ask.line() + others <= this.limit) {
				this.wanted = this.wanted && ask.line() <= now;
				this.granted.put(source, ask.line());
			}
			else {
				this.refused++;
				this.wanted = true;
			}
			return new Granted(MONTH, new NanoUsd(this.granted.getOrDefault(source, 0L)));
		}

		LeaseDesk of(String source) {
			return new LeaseDesk() {

				@Override
				public long register() throws IOException {
					if (Desk.this.away) {
						throw new IOException("away");
					}
					return 7;
				}

				@Override
				public List<@Nullable BudgetStatus> ask(long session, List<Ask> asks) throws IOException {
					throw new IOException("nobody asks for users here");
				}

				@Override
				public Granted askForAll(long session, Ask ask) throws IOException {
					if (Desk.this.lost.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
						throw new IOException("lost");
					}
					assertThat(ask.scope()).isEqualTo(InstallationLine.SCOPE);
					return Desk.this.ask(source, ask);
				}

				@Override
				public Counted counted(long session, Collection<UserId> users) {
					assertThat(users).containsAll(Desk.this.applied.keySet());
					Map<UUID, Long> applied = new HashMap<>();
					Desk.this.applied.forEach((user, seq) -> applied.put(user.value(), seq));
					return new Counted(MONTH, new NanoUsd(Desk.this.counted.getOrDefault(source, 0L)), applied);
				}

			};
		}

	}

}
