package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.Credential;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.AdmissionOutcome.Admitted;
import dev.tallygate.gateway.admission.AdmissionOutcome.Denied;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.PriceRow;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Many calls at once against one hard limit, and a model that knows the right answer.
 */
class AdmissionRaceTests {

	private static final String SOURCE = "/gateway/test/1";

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	private static final CallPrice PRICE = CallPrice.of(PriceRow.of("p", "m", 1_000_000, 1_000_000, Instant.EPOCH));

	private static final long LIMIT = 10_000_000L;

	private static final long NEED = LIMIT / 10;

	private final UserId user = new UserId(UuidV7.next());

	private final AtomicLong seq = new AtomicLong();

	private long version;

	@Test
	void ofTwoHundredCallsAtOnceExactlyTenAreAdmittedIntoRoomForTen() throws Exception {
		for (int round = 0; round < 30; round++) {
			Admission admission = admission(Duration.ofMillis(300));
			admission.update(status(0, 0), 0);
			List<AdmissionOutcome> outcomes = atOnce(200, (random) -> {
				AdmissionOutcome outcome = admission.admit(wish(NEED));
				if (outcome instanceof Admitted(Reservation reservation)) {
					reservation.post(posted(NEED), NEED);
				}
				return outcome;
			}, round);
			assertThat(outcomes.stream().filter(Admitted.class::isInstance)).hasSize(10);
			assertThat(outcomes.stream()
				.filter(Denied.class::isInstance)
				.map((denied) -> ((Denied) denied).firstOfItsKind())
				.filter((first) -> first != null)).as("said once").hasSize(1);
		}
	}

	@Test
	void spendNeverPassesTheLimitWhateverCallsCost() throws Exception {
		long seed = System.nanoTime();
		for (int round = 0; round < 20; round++) {
			Admission admission = admission(Duration.ofMillis(50));
			admission.update(status(0, 0), 0);
			AtomicLong spent = new AtomicLong();
			atOnce(200, (random) -> {
				long need = 1 + random.nextLong(LIMIT / 5);
				AdmissionOutcome outcome = admission.admit(wish(need));
				if (outcome instanceof Admitted(Reservation reservation)) {
					if (random.nextInt(4) == 0) {
						Thread.sleep(random.nextInt(3));
					}
					if (random.nextInt(5) == 0) {
						reservation.release();
					}
					else {
						long cost = random.nextLong(need + 1);
						spent.addAndGet(cost);
						reservation.post(posted(cost), cost);
					}
				}
				return outcome;
			}, seed + round);
			assertThat(spent.get()).as("seed %d", seed).isLessThanOrEqualTo(LIMIT);
		}
	}

	@Test
	void nobodyIsRefusedForGoodWhoFitsAnIdleBudget() throws Exception {
		Admission admission = admission(Duration.ofSeconds(1));
		admission.update(status(0, 0), 0);
		List<AdmissionOutcome> outcomes = atOnce(50, (random) -> {
			AdmissionOutcome outcome = admission.admit(wish(LIMIT * 9 / 10));
			if (outcome instanceof Admitted(Reservation reservation)) {
				Thread.sleep(random.nextInt(10));
				reservation.release();
			}
			return outcome;
		}, 1);
		assertThat(outcomes).allSatisfy((outcome) -> {
			if (outcome instanceof Denied(Refusal refusal, var first)) {
				assertThat(refusal.shouldRetry()).isTrue();
				assertThat(first).isNull();
			}
		});
		assertThat(outcomes.stream().filter(Admitted.class::isInstance)).hasSizeGreaterThan(5);
	}

	@Test
	void agreesWithAModelThatAddsEverythingUp() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int round = 0; round < 200; round++) {
			Admission admission = admission(Duration.ZERO);
			long limit = random.nextLong(4) * NanoUsd.PER_CENT;
			long counted = 0;
			long countedUpTo = 0;
			TreeMap<Long, Long> own = new TreeMap<>();
			List<Reservation> open = new ArrayList<>();
			long held = 0;
			long nextSeq = 1;
			admission.update(status(limit, 0, countedUpTo), 0);
			for (int step = 0; step < 60; step++) {
				switch (random.nextInt(4)) {
					case 0, 1 -> {
						long need = random.nextLong(LIMIT / 4);
						long spent = counted + own.values().stream().mapToLong(Long::longValue).sum();
						AdmissionOutcome outcome = admission.admit(wish(need));
						boolean fits = spent < limit && spent + held + need <= limit;
						assertThat(outcome instanceof Admitted).as("seed %d round %d step %d", seed, round, step)
							.isEqualTo(fits);
						if (outcome instanceof Admitted(Reservation reservation)) {
							open.add(reservation);
							held += need;
						}
						else if (outcome instanceof Denied(Refusal refusal, var _)) {
							assertThat(refusal.shouldRetry()).isEqualTo(spent < limit && spent + need <= limit);
						}
					}
					case 2 -> {
						if (!open.isEmpty()) {
							Reservation ended = open.remove(random.nextInt(open.size()));
							held -= ended.nanos();
							if (random.nextBoolean()) {
								ended.release();
							}
							else {
								long cost = random.nextLong(ended.nanos() + 1);
								ended.post(new PostedCall(this.user, null, nextSeq, cost, Credential.USER, NOW,
										LocalDate.of(2026, 11, 21)), null);
								own.put(nextSeq++, cost);
							}
						}
					}
					default -> {
						if (!own.isEmpty()) {
							Map.Entry<Long, Long> first = own.pollFirstEntry();
							counted += first.getValue();
							countedUpTo = first.getKey();
							admission.update(status(limit, counted, countedUpTo), 0);
						}
					}
				}
			}
		}
	}

	private interface Caller {

		AdmissionOutcome call(Random random) throws InterruptedException;

	}

	private static List<AdmissionOutcome> atOnce(int callers, Caller caller, long seed) throws Exception {
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<AdmissionOutcome>> underway = new ArrayList<>();
			for (int i = 0; i < callers; i++) {
				Random random = new Random(seed * 1000 + i);
				underway.add(threads.submit(() -> caller.call(random)));
			}
			List<AdmissionOutcome> outcomes = new ArrayList<>();
			for (Future<AdmissionOutcome> each : underway) {
				outcomes.add(each.get());
			}
			return outcomes;
		}
	}

	private static Admission admission(Duration maxWait) {
		AdmissionProperties properties = new AdmissionProperties(512, maxWait, Duration.ofSeconds(30),
				Duration.ofHours(2), Path.of("unused"), Duration.ofSeconds(30), Duration.ofSeconds(5), 1000, true, 1024,
				Duration.ofMillis(150));
		Admission admission = new Admission(SOURCE, properties, Clock.systemUTC());
		admission.signOfLife(0, Instant.now());
		return admission;
	}

	private BudgetStatus status(long spent, long applied) {
		return status(LIMIT, spent, applied);
	}

	private BudgetStatus status(long limit, long spent, long applied) {
		return new BudgetStatus(this.user, ++this.version, "UTC", YearMonth.of(2026, 11),
				Instant.parse("2026-12-01T00:00:00Z"), limit / NanoUsd.PER_CENT, Limit.BUDGET, Enforcement.HARD,
				new NanoUsd(spent), Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-12-01T00:00:00Z"), 1000,
				0, NanoUsd.ZERO, Map.of(SOURCE, applied));
	}

	private Wish wish(long maxTokens) {
		return new Wish(this.user, null, "p", "m", PRICE, Credential.USER, 0, maxTokens, 1, false, NOW);
	}

	private PostedCall posted(long cost) {
		return new PostedCall(this.user, null, this.seq.incrementAndGet(), cost, Credential.USER, NOW,
				LocalDate.of(2026, 11, 21));
	}

}
