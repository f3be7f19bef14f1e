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
import dev.tallygate.pricing.Reach;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Streams whose output limit nobody chose hold what they need step by step.
 */
class GrowingHoldTests {

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	/** Three dollars in, fifteen out, per million tokens. */
	private static final CallPrice PRICE = CallPrice
		.of(PriceRow.of("p", "m", 3_000_000_000L, 15_000_000_000L, Instant.EPOCH));

	private final UserId user = new UserId(UuidV7.next());

	private final AtomicLong seq = new AtomicLong();

	private final Admission admission = new Admission("/gateway/test/1",
			new AdmissionProperties(512, Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofHours(2),
					Path.of("unused"), Duration.ofSeconds(30), Duration.ofSeconds(5), 1000, true, 1024,
					Duration.ofMillis(150)),
			Clock.systemUTC());

	private long version;

	@Test
	void twentyCallsOfAnAgentAtOnceFitIntoADollarFifty() throws Exception {
		limit(150);
		CountDownLatch open = new CountDownLatch(20);
		List<Future<Boolean>> answered = new ArrayList<>();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < 20; i++) {
				answered.add(threads.submit(() -> {
					Reservation call = admitted(this.admission.admit(growing(10_000)));
					open.countDown();
					open.await();
					boolean wentOn = true;
					for (int token = 1; token <= 900; token++) {
						wentOn &= call.delivered(token);
					}
					post(call, 10_000, 900);
					return wentOn;
				}));
			}
			for (Future<Boolean> each : answered) {
				assertThat(each.get()).isTrue();
			}
		}
		long spent = 20 * PRICE.worstCase(Reach.PLAIN, 10_000, 900).value();
		System.out.println("20 calls with max_tokens 128000 at once on $1.50: 20 answered, spent $"
				+ new NanoUsd(spent).toUsd() + "; held in full, one would have needed $"
				+ new NanoUsd(PRICE.worstCase(Reach.PLAIN, 10_000, 128_000).value()).toUsd());
	}

	@Test
	void aStreamThatReachesTheLimitIsCutAtItsLastToken() {
		limit(5);
		Reservation call = admitted(this.admission.admit(growing(1000)));
		long token = 1;
		while (call.delivered(token)) {
			token++;
		}
		assertThat(call.cutBy()).isInstanceOfSatisfying(Refusal.Reached.class, (reached) -> {
			assertThat(reached.amount()).isEqualTo(NanoUsd.ofCents(5));
			assertThat(reached.code()).isEqualTo("budget_exceeded");
			assertThat(reached.message()).contains("$0.05", "2026-12-01T00:00:00Z");
		});
		long spent = PRICE.worstCase(Reach.PLAIN, 1000, token).value();
		assertThat(spent).isLessThanOrEqualTo(NanoUsd.ofCents(5).value());
		assertThat(PRICE.worstCase(Reach.PLAIN, 1000, token + 1).value()).isGreaterThan(NanoUsd.ofCents(5).value());
		System.out.println("a stream on 5 cents is cut after " + token + " tokens, at $" + new NanoUsd(spent).toUsd());
	}

	@Test
	void aStreamInNeedOfRoomGetsItBeforeThoseThatWait() throws Exception {
		limit(4);
		Reservation first = admitted(this.admission.admit(growing(100)));
		Reservation second = admitted(this.admission.admit(growing(100)));
		long delivered = 1;
		while (first.outputTokens() > delivered && first.delivered(delivered)) {
			delivered++;
		}
		FutureTask<AdmissionOutcome> waiting = new FutureTask<>(() -> this.admission.admit(growing(100)));
		Thread caller = Thread.startVirtualThread(waiting);
		Awaitility.await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
		post(second, 100, 10);
		assertThat(first.delivered(delivered + 100)).as("what the other left").isTrue();
		assertThat(waiting.get()).isInstanceOf(Denied.class);
		assertThat(first.cutBy()).isNull();
	}

	@Test
	void aChosenLimitIsHeldInFull() {
		limit(150);
		Wish chosen = new Wish(this.user, null, "p", "m", PRICE, Credential.USER, 10, 64_000L, 1, false, NOW);
		admitted(this.admission.admit(chosen));
		assertThat(this.admission.admit(chosen)).isInstanceOfSatisfying(Denied.class,
				(denied) -> assertThat(denied.refusal().shouldRetry()).isTrue());
	}

	@Test
	void switchedOffEveryCallIsHeldInFull() {
		Admission whole = new Admission("/gateway/test/1",
				new AdmissionProperties(512, Duration.ZERO, Duration.ofSeconds(30), Duration.ofHours(2),
						Path.of("unused"), Duration.ofSeconds(30), Duration.ofSeconds(5), 1000, false, 1024,
						Duration.ofMillis(150)),
				Clock.systemUTC());
		whole.signOfLife(0, Instant.now());
		whole.update(status(this.user, 150), 0);
		assertThat(whole.admit(growing(10))).isInstanceOf(Denied.class);
	}

	@Test
	void whoseInputAloneIsTooMuchIsRefusedForGood() {
		limit(1);
		assertThat(this.admission.admit(growing(4000))).isInstanceOfSatisfying(Denied.class,
				(denied) -> assertThat(denied.refusal().shouldRetry()).isFalse());
		assertThat(this.admission.admit(growing(3300))).isInstanceOf(Admitted.class);
	}

	@Test
	void spendNeverPassesTheLimitWhateverStreamsDo() throws Exception {
		long seed = System.nanoTime();
		for (int round = 0; round < 20; round++) {
			limit(2 + round);
			AtomicLong spent = new AtomicLong();
			AtomicLong cut = new AtomicLong();
			UserId someone = new UserId(UuidV7.next());
			this.admission.update(status(someone, 2 + round), 0);
			List<Future<?>> calls = new ArrayList<>();
			try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
				for (int i = 0; i < 60; i++) {
					Random random = new Random(seed + 100L * round + i);
					calls.add(threads.submit(() -> {
						long input = random.nextInt(500);
						Wish wish = new Wish(someone, null, "p", "m", PRICE, Credential.USER, input,
								random.nextInt(4) == 0 ? Long.valueOf(random.nextInt(2000)) : null, 1, true, NOW);
						if (wish.maxOutputTokens() != null) {
							wish = new Wish(someone, null, "p", "m", PRICE, Credential.USER, input,
									wish.maxOutputTokens(), 1, false, NOW);
						}
						if (this.admission.admit(wish) instanceof Admitted(Reservation call)) {
							long most = (wish.maxOutputTokens() != null) ? wish.maxOutputTokens()
									: random.nextInt(4000);
							long token = 0;
							while (token < most && call.delivered(token + 1)) {
								token++;
								if (token % 200 == 0) {
									Thread.sleep(1);
								}
							}
							cut.addAndGet((call.cutBy() != null) ? 1 : 0);
							long cost = PRICE.worstCase(Reach.PLAIN, input, token).value();
							spent.addAndGet(cost);
							call.post(new PostedCall(someone, null, this.seq.incrementAndGet(), cost, Credential.USER,
									NOW, LocalDate.of(2026, 11, 21)), token);
						}
						return null;
					}));
				}
			}
			for (Future<?> call : calls) {
				call.get();
			}
			assertThat(spent.get()).as("seed %d round %d", seed, round)
				.isLessThanOrEqualTo(NanoUsd.ofCents(2 + round).value());
		}
	}

	private void post(Reservation call, long input, long output) {
		call.post(new PostedCall(this.user, null, this.seq.incrementAndGet(),
				PRICE.worstCase(Reach.PLAIN, input, output).value(), Credential.USER, NOW, LocalDate.of(2026, 11, 21)),
				output);
	}

	private Wish growing(long input) {
		return new Wish(this.user, null, "p", "m", PRICE, Credential.USER, input, 128_000L, 1, true, NOW);
	}

	private void limit(long cents) {
		this.admission.signOfLife(0, Instant.now());
		this.admission.update(status(this.user, cents), 0);
	}

	private BudgetStatus status(UserId someone, long cents) {
		return new BudgetStatus(someone, ++this.version, "UTC", YearMonth.of(2026, 11),
				Instant.parse("2026-12-01T00:00:00Z"), cents, Limit.BUDGET, Enforcement.HARD, NanoUsd.ZERO,
				Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-12-01T00:00:00Z"), 1000, 0, NanoUsd.ZERO,
				Map.of());
	}

	private static Reservation admitted(AdmissionOutcome outcome) {
		assertThat(outcome).isInstanceOf(Admitted.class);
		return ((Admitted) outcome).reservation();
	}

}
