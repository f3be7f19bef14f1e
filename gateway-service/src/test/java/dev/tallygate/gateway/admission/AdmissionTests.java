package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.BudgetHeartbeat;
import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.AdmissionOutcome.Admitted;
import dev.tallygate.gateway.admission.AdmissionOutcome.Denied;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.messaging.TopicRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmissionTests {

	private static final String SOURCE = "/gateway/test/1";

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	/** A nano-USD a token, in and out: what a call needs is its tokens. */
	private static final CallPrice PRICE = CallPrice.of(PriceRow.of("p", "m", 1_000_000, 1_000_000, Instant.EPOCH));

	private final UserId user = new UserId(UuidV7.next());

	private final AtomicLong nanoTime = new AtomicLong();

	private Admission admission = admission(Duration.ofMillis(150));

	private long version;

	@BeforeEach
	void alive() {
		this.admission.signOfLife(0, Instant.now());
	}

	@Test
	void aCallThatFitsIsAdmittedAndHoldsItsWorstCase() {
		limit(100, 0);
		assertThat(admit(400_000_000L, 300_000_000L)).isInstanceOf(Admitted.class);
		Refusal.OverLimit refusal = over(admit(200_000_000L, 200_000_000L));
		assertThat(refusal.limit()).isEqualTo(Limit.BUDGET);
		assertThat(refusal.amount()).isEqualTo(NanoUsd.ofCents(100));
		assertThat(refusal.spent()).isEqualTo(NanoUsd.ZERO);
		assertThat(refusal.reserved()).isEqualTo(new NanoUsd(700_000_000L));
		assertThat(refusal.needed()).isEqualTo(new NanoUsd(400_000_000L));
		assertThat(refusal.largestMaxTokens()).isEqualTo(100_000_000L);
		assertThat(refusal.periodEnd()).isEqualTo(Instant.parse("2026-12-01T00:00:00Z"));
		assertThat(refusal.shouldRetry()).as("only an open call stands in the way").isTrue();
		assertThat(admit(200_000_000L, 100_000_000L)).isInstanceOf(Admitted.class);
	}

	@Test
	void tellsWhatOpenCallsHoldAndNothingOfStrangers() {
		assertThat(this.admission.held(this.user, NOW)).isEqualTo(Held.NOTHING);
		limit(100, 0);
		Reservation first = admitted(admit(400_000_000L, 300_000_000L));
		admitted(admit(1L, 1L));
		assertThat(this.admission.held(this.user, NOW)).isEqualTo(new Held(2, new NanoUsd(700_000_002L)));
		first.release();
		assertThat(this.admission.held(this.user, NOW)).isEqualTo(new Held(1, new NanoUsd(2)));
		assertThat(this.admission.held(this.user, NOW.plus(Duration.ofDays(30))).amount()).isEqualTo(NanoUsd.ZERO);
	}

	@Test
	void aCallThatCanNeverFitIsRefusedForGoodAndToldWhatWouldFit() {
		limit(1, 4_000_000L);
		Refusal.OverLimit refusal = over(admit(1000L, 7_000_000L));
		assertThat(refusal.shouldRetry()).isFalse();
		assertThat(refusal.left()).isEqualTo(new NanoUsd(6_000_000L));
		long largest = java.util.Objects.requireNonNull(refusal.largestMaxTokens());
		assertThat(largest).isEqualTo(5_999_000L);
		assertThat(over(admit(1000L, largest + 1)).shouldRetry()).isFalse();
		assertThat(admit(1000L, largest)).isInstanceOf(Admitted.class);
		assertThat(refusal.message()).contains("$0.01", "$0.006 left", "5999000", "2026-12-01T00:00:00Z");
	}

	@Test
	void severalChoicesNeedAsManyTimes() {
		limit(1, 0);
		assertThat(over(this.admission.admit(wish(0, 4_000_000L, 3, Credential.USER, NOW))).largestMaxTokens())
			.isEqualTo(3_333_333L);
		assertThat(this.admission.admit(wish(0, 3_333_333L, 3, Credential.USER, NOW))).isInstanceOf(Admitted.class);
	}

	@Test
	void withoutMaxTokensACallIsAdmittedWhileThereIsAnythingLeft() {
		limit(1, 9_999_999L);
		Reservation first = admitted(admit(50_000_000L, null));
		assertThat(over(admit(1L, null)).shouldRetry()).isTrue();
		first.release();
		admitted(admit(1L, null)).post(posted(1, 1), 1L);
		assertThat(over(admit(1L, null)).shouldRetry()).isFalse();
	}

	@Test
	void withoutMaxTokensTheUsersRecentOutputOfTheModelIsHeld() {
		limit(100, 0);
		admitted(admit(10L, null)).post(posted(1, 0), 500_000_000L);
		assertThat(admit(10L, null)).isInstanceOf(Admitted.class);
		assertThat(over(admit(10L, 600_000_000L)).reserved()).isEqualTo(new NanoUsd(500_000_010L));
	}

	@Test
	void whatAModelPutsOutThatWasNeverCalledIsNotTakenForNothing() {
		limit(1, 0);
		admitted(admit(10L, null));
		assertThat(over(admit(0L, 20_000_000L)).reserved()).isEqualTo(new NanoUsd(1034L));
	}

	@Test
	void aRefusalWithoutMaxTokensSaysWhatWouldFitToo() {
		limit(1, 4_000_000L);
		admitted(admit(1_000_000L, 4_000_000L));
		admitted(admit(1_000_000L, null));
		Refusal.OverLimit refusal = over(admit(1_000_000L, null));
		assertThat(refusal.needed()).isEqualTo(new NanoUsd(1_001_024L));
		assertThat(refusal.largestMaxTokens()).isNull();
	}

	@Test
	void aLimitOfZeroAllowsNothing() {
		limit(0, 0);
		assertThat(over(admit(0L, null)).shouldRetry()).isFalse();
		assertThat(over(admit(0L, 0L)).shouldRetry()).isFalse();
	}

	@Test
	void whatIsFreePassesAtAnyBudget() {
		limit(0, 0);
		Wish free = new Wish(this.user, null, "p", "free", CallPrice.of(PriceRow.of("p", "free", 0, 0, Instant.EPOCH)),
				Credential.SYSTEM, 1, 1_000_000L, 1, false, NOW);
		admitted(this.admission.admit(free)).post(posted(1, 0), 9L);
		assertThat(admit(0L, 1L)).isInstanceOf(Denied.class);
	}

	@Test
	void aSoftLimitRefusesNothing() {
		this.admission.update(status(1L, Enforcement.SOFT, 99_000_000_000L, Map.of()), 0);
		assertThat(admit(1000L, 1_000_000_000L)).isInstanceOf(Admitted.class);
		assertThat(this.admission
			.admit(new Wish(this.user, null, "p", "unpriced", null, Credential.USER, 1, null, 1, false, NOW)))
			.isInstanceOf(Admitted.class);
	}

	@Test
	void anUnpricedModelIsRefusedUnderAHardLimitOnly() {
		Wish unpriced = new Wish(this.user, null, "p", "unpriced", null, Credential.SYSTEM, 1, null, 1, false, NOW);
		assertThat(this.admission.admit(unpriced)).isInstanceOf(Admitted.class);
		limit(100, 0);
		assertThat(((Denied) this.admission.admit(unpriced)).refusal().code()).isEqualTo("model_not_priced");
	}

	@Test
	void aUserWithoutStatusHasNoLimitAndTheFreeCredits() {
		assertThat(admit(1_000_000_000L, 1_000_000_000L)).isInstanceOf(Admitted.class);
		Reservation held = admitted(this.admission.admit(wish(0, 1_000_000_000L, 9, Credential.SYSTEM, NOW)));
		assertThat(over(this.admission.admit(wish(0, 1_000_000_000L, 2, Credential.SYSTEM, NOW))).shouldRetry())
			.isTrue();
		held.post(
				new PostedCall(this.user, null, 1, 9_500_000_000L, Credential.SYSTEM, NOW, LocalDate.of(2026, 11, 21)),
				null);
		Refusal.OverLimit refusal = over(this.admission.admit(wish(0, 1_000_000_000L, 1, Credential.SYSTEM, NOW)));
		assertThat(refusal.code()).isEqualTo("credits_exhausted");
		assertThat(refusal.shouldRetry()).isFalse();
		assertThat(refusal.largestMaxTokens()).isEqualTo(500_000_000L);
		assertThat(this.admission.admit(wish(0, 1_000_000_000L, 1, Credential.USER, NOW))).isInstanceOf(Admitted.class);
	}

	@Test
	void ownCallsCountUntilBudgetServiceHasCountedThem() {
		limit(1, 0);
		admitted(admit(0L, 6_000_000L)).post(posted(7, 6_000_000L), 1L);
		admitted(admit(0L, 3_000_000L)).post(posted(8, 3_000_000L), 1L);
		assertThat(over(admit(0L, 2_000_000L)).spent()).isEqualTo(new NanoUsd(9_000_000L));
		this.admission.update(status(1L, Enforcement.HARD, 6_000_000L, Map.of(SOURCE, 7L, "/gateway/other/1", 99L)), 0);
		assertThat(over(admit(0L, 2_000_000L)).spent()).isEqualTo(new NanoUsd(9_000_000L));
		assertThat(this.admission.countedUpTo()).isEqualTo(7);
		this.admission.update(status(1L, Enforcement.HARD, 9_000_000L, Map.of(SOURCE, 8L)), 0);
		assertThat(over(admit(0L, 2_000_000L)).spent()).isEqualTo(new NanoUsd(9_000_000L));
		assertThat(this.admission.countedUpTo()).isEqualTo(8);
	}

	@Test
	void aCallThatWasCountedBeforeItWasPostedCountsOnce() {
		limit(1, 0);
		Reservation reservation = admitted(admit(0L, 6_000_000L));
		this.admission.update(status(1L, Enforcement.HARD, 5_000_000L, Map.of(SOURCE, 3L)), 0);
		reservation.post(posted(3, 5_000_000L), 1L);
		assertThat(admit(0L, 5_000_000L)).isInstanceOf(Admitted.class);
	}

	@Test
	void anOlderStatusChangesNothing() {
		BudgetStatus old = status(100L, Enforcement.HARD, 0, Map.of());
		limit(0, 0);
		this.admission.update(old, 0);
		assertThat(admit(0L, 1L)).isInstanceOf(Denied.class);
	}

	@Test
	void callsOfTheProcessBeforeCountToo() {
		EarlierCalls earlier = new EarlierCalls();
		earlier.add(posted(5, 6_000_000L));
		earlier.add(posted(6, 2_000_000L));
		this.admission.recovered(earlier);
		this.admission.update(status(1L, Enforcement.HARD, 6_000_000L, Map.of(SOURCE, 5L)), 0);
		assertThat(over(admit(0L, 3_000_000L)).spent()).isEqualTo(new NanoUsd(8_000_000L));
	}

	@Test
	void aNewMonthStartsAtZeroWithoutBeingTold() {
		this.admission.update(status(1L, Enforcement.HARD, 10_000_000L, Map.of(SOURCE, 3L)), 0);
		assertThat(admit(0L, 1L)).isInstanceOf(Denied.class);
		Instant december = Instant.parse("2026-12-01T00:00:00Z");
		assertThat(this.admission.admit(wish(0, 10_000_001L, 1, Credential.USER, december.minusMillis(1))))
			.isInstanceOf(Denied.class);
		Reservation reservation = admitted(this.admission.admit(wish(0, 10_000_000L, 1, Credential.USER, december)));
		assertThat(reservation.period()).isEqualTo(YearMonth.of(2026, 12));
		assertThat(reservation.day()).isEqualTo(LocalDate.of(2026, 12, 1));
		reservation.post(
				new PostedCall(this.user, null, 4, 10_000_000L, Credential.USER, december, LocalDate.of(2026, 12, 1)),
				1L);
		Refusal.OverLimit refusal = over(this.admission.admit(wish(0, 1L, 1, Credential.USER, december)));
		assertThat(refusal.periodEnd()).isEqualTo(Instant.parse("2027-01-01T00:00:00Z"));
	}

	@Test
	void aCallOfLastMonthThatSettlesLateDoesNotCountInThisOne() {
		limit(1, 0);
		Reservation late = admitted(admit(0L, 9_000_000L));
		late.post(posted(4, 9_000_000L), 1L);
		Instant december = Instant.parse("2026-12-01T00:00:00Z");
		assertThat(this.admission.admit(wish(0, 9_000_000L, 1, Credential.USER, december)))
			.isInstanceOf(Admitted.class);
	}

	@Test
	void monthsAndDaysFollowTheTimeZoneOfTheBudget() {
		Instant at = Instant.parse("2026-11-30T15:30:00Z");
		this.admission.update(new BudgetStatus(this.user, ++this.version, "Asia/Tokyo", YearMonth.of(2026, 12),
				LocalDate.of(2027, 1, 1).atStartOfDay(ZoneId.of("Asia/Tokyo")).toInstant(), 1L, Limit.CEILING,
				Enforcement.HARD, new NanoUsd(4_000_000L), at.minusSeconds(1), at.plusSeconds(9), 1000, 0, NanoUsd.ZERO,
				Map.of()), 0);
		Reservation reservation = admitted(this.admission.admit(wish(0, 1L, 1, Credential.USER, at)));
		assertThat(reservation.day()).isEqualTo(LocalDate.of(2026, 12, 1));
		Refusal.OverLimit refusal = over(this.admission.admit(wish(0, 7_000_000L, 1, Credential.USER, at)));
		assertThat(refusal.spent()).isEqualTo(new NanoUsd(4_000_000L));
		assertThat(refusal.limit()).isEqualTo(Limit.CEILING);
		assertThat(refusal.periodEnd()).isEqualTo(Instant.parse("2026-12-31T15:00:00Z"));
	}

	@Test
	void aNewBillingCycleStartsWithItsCreditsAndWhatIsLeftOfTheGrants() {
		Instant end = Instant.parse("2026-11-25T00:00:00Z");
		this.admission.update(new BudgetStatus(this.user, ++this.version, "UTC", YearMonth.of(2026, 11),
				Instant.parse("2026-12-01T00:00:00Z"), null, null, Enforcement.HARD, NanoUsd.ZERO,
				Instant.parse("2026-10-25T00:00:00Z"), end, 10, 5, NanoUsd.ofCents(12), Map.of()), 0);
		assertThat(over(this.admission.admit(wish(0, 30_000_001L, 1, Credential.SYSTEM, NOW))).left())
			.isEqualTo(NanoUsd.ofCents(3));
		Refusal.OverLimit refusal = over(this.admission.admit(wish(0, 130_000_001L, 1, Credential.SYSTEM, end)));
		assertThat(refusal.amount()).isEqualTo(NanoUsd.ofCents(13));
		assertThat(refusal.left()).isEqualTo(NanoUsd.ofCents(13));
		assertThat(refusal.periodEnd()).isEqualTo(Instant.parse("2026-12-25T00:00:00Z"));
	}

	@Test
	void withoutSignsOfLifeCallsGoOnInsideTheLastKnownRemainder() {
		limit(1, 0);
		this.nanoTime.addAndGet(Duration.ofSeconds(31).toNanos());
		admitted(admit(0L, 6_000_000L)).post(posted(1, 6_000_000L), 1L);
		Denied denied = (Denied) admit(0L, 5_000_000L);
		assertThat(denied.refusal().code()).isEqualTo("budget_unavailable");
		assertThat(denied.refusal().retryAfter()).isNotNull();
		assertThat(denied.firstOfItsKind()).isNull();
		this.admission.signOfLife(0, Instant.now());
		assertThat(over(admit(0L, 5_000_000L)).shouldRetry()).isFalse();
	}

	@Test
	void aUserWithoutStatusWhoUsedTheFreeCreditsIsToldSoBeforeAnySignOfLife() {
		this.admission = new Admission(SOURCE, properties(Duration.ZERO), Clock.systemUTC(),
				new Freshness(Duration.ofSeconds(30), this.nanoTime::get));
		Wish wish = wish(0, 9_000_000_000L, 1, Credential.SYSTEM, NOW);
		admitted(this.admission.admit(wish)).post(new PostedCall(this.user, null, 1, NanoUsd.ofCents(1000).value(),
				Credential.SYSTEM, NOW, LocalDate.of(2026, 11, 21)), 1L);
		Refusal.OverLimit refusal = over(this.admission.admit(wish));
		assertThat(refusal.code()).isEqualTo("credits_exhausted");
		assertThat(refusal.shouldRetry()).isFalse();
		assertThat(this.admission.admit(wish(0, 1L, 1, Credential.USER, NOW))).isInstanceOf(Admitted.class);
	}

	@Test
	void anotherPartitionsSignOfLifeSaysNothing() {
		this.admission.update(status(1L, Enforcement.HARD, 10_000_000L, Map.of()), 3);
		assertThat(((Denied) admit(0L, 1L)).refusal().code()).isEqualTo("budget_unavailable");
		this.admission.signOfLife(3, Instant.now());
		assertThat(((Denied) admit(0L, 1L)).refusal().code()).isEqualTo("budget_exceeded");
	}

	@Test
	void theFirstRefusalOfAUserPeriodAndLimitIsTold() {
		limit(1, 10_000_000L);
		BudgetRefused first = ((Denied) admit(0L, 7L)).firstOfItsKind();
		assertThat(first)
			.isEqualTo(new BudgetRefused(this.user, Limit.BUDGET, YearMonth.of(2026, 11), 1, new NanoUsd(10_000_000L),
					new NanoUsd(7), NOW, null, NanoUsd.ZERO, null, Instant.parse("2026-12-01T00:00:00Z")));
		assertThat(((Denied) admit(0L, 7L)).firstOfItsKind()).isNull();
		limit(2, 20_000_000L);
		assertThat(((Denied) admit(0L, 7L)).firstOfItsKind()).as("another amount").isNotNull();
		assertThat(((Denied) admit(0L, 7L)).firstOfItsKind()).isNull();
	}

	@Test
	void aWaitingCallGoesAsSoonAsThereIsRoom() throws Exception {
		this.admission = admission(Duration.ofSeconds(20));
		alive();
		limit(1, 0);
		Reservation first = admitted(admit(0L, 6_000_000L));
		CompletableFuture<AdmissionOutcome> second = CompletableFuture.supplyAsync(() -> admit(0L, 6_000_000L));
		CompletableFuture<AdmissionOutcome> third = CompletableFuture.supplyAsync(() -> admit(0L, 10_000_000L));
		first.release();
		admitted(second.get(10, TimeUnit.SECONDS)).post(posted(1, 1_000_000L), 1L);
		assertThat(over(third.get(10, TimeUnit.SECONDS)).shouldRetry()).as("can never fit now").isFalse();
		Reservation fourth = admitted(admit(0L, 9_000_000L));
		CompletableFuture<AdmissionOutcome> fifth = CompletableFuture.supplyAsync(() -> admit(0L, 9_000_000L));
		limit(2, 1_000_000L);
		assertThat(fifth.get(10, TimeUnit.SECONDS)).as("a raised limit makes room").isInstanceOf(Admitted.class);
		fourth.release();
	}

	@Test
	void whatLastMonthsOpenCallsHoldDoesNotStandInTheWayOfTheNewMonth() {
		limit(1, 0);
		Reservation november = admitted(admit(0L, 9_000_000L));
		Instant december = Instant.parse("2026-12-01T00:00:00Z");
		Reservation next = admitted(this.admission.admit(wish(0, 9_000_000L, 1, Credential.USER, december)));
		november.post(posted(1, 9_000_000L), 1L);
		next.release();
		assertThat(this.admission.admit(wish(0, 10_000_000L, 1, Credential.USER, december)))
			.isInstanceOf(Admitted.class);
	}

	@Test
	void whatLastCyclesOpenCallsHoldTakesNoCreditsOfTheNewOne() {
		Instant end = Instant.parse("2026-11-25T00:00:00Z");
		this.admission.update(new BudgetStatus(this.user, ++this.version, "UTC", YearMonth.of(2026, 11),
				Instant.parse("2026-12-01T00:00:00Z"), null, null, Enforcement.HARD, NanoUsd.ZERO,
				Instant.parse("2026-10-25T00:00:00Z"), end, 10, 0, NanoUsd.ZERO, Map.of()), 0);
		admitted(this.admission.admit(wish(0, 100_000_000L, 1, Credential.SYSTEM, NOW)));
		assertThat(this.admission.admit(wish(0, 100_000_000L, 1, Credential.SYSTEM, end))).isInstanceOf(Admitted.class);
	}

	@Test
	void aDeletedUsersCallsKeepNothing() {
		limit(100, 0);
		Reservation late = admitted(admit(0L, 5L));
		admitted(admit(0L, 5L)).post(posted(4, 5L), 1L);
		assertThat(this.admission.countedUpTo()).isEqualTo(3);
		this.admission.forget(this.user);
		assertThat(this.admission.countedUpTo()).isEqualTo(4);
		late.post(posted(5, 5L), 1L);
		assertThat(this.admission.countedUpTo()).as("one that ends after the deletion").isEqualTo(5);
	}

	@Test
	void waitingCallsCountAmongThoseOneUserMayHave() throws Exception {
		this.admission = admission(Duration.ofSeconds(20));
		alive();
		limit(1, 0);
		Reservation first = admitted(admit(0L, 10_000_000L));
		List<CompletableFuture<AdmissionOutcome>> rest = new ArrayList<>();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < 600; i++) {
				rest.add(CompletableFuture.supplyAsync(() -> admit(0L, 5_000_000L), threads));
			}
			Awaitility.await().until(() -> rest.stream().filter(CompletableFuture::isDone).count() == 600 - 511);
			first.release();
			Awaitility.await().until(() -> rest.stream().filter(CompletableFuture::isDone).count() == 600 - 511 + 2);
			TimeUnit.MILLISECONDS.sleep(100);
			assertThat(rest.stream().filter(CompletableFuture::isDone)).as("there was room for two")
				.hasSize(600 - 511 + 2);
			limit(0, 0);
		}
		assertThat(rest.stream().map(CompletableFuture::join).filter(Admitted.class::isInstance)).hasSize(2);
	}

	@Test
	void aHoldThatNobodyReleasesExpires() {
		limit(1, 0);
		Reservation leaked = admitted(
				this.admission.admit(wish(0, 10_000_000L, 1, Credential.USER, NOW.minus(Duration.ofHours(3)))));
		this.nanoTime.addAndGet(Duration.ofHours(2).toNanos());
		limit(1, 0);
		alive();
		this.admission.expire();
		assertThat(over(admit(0L, 10_000_000L)).shouldRetry()).as("whatever the wall clock says").isTrue();
		this.nanoTime.addAndGet(1);
		this.admission.expire();
		Reservation next = admitted(admit(0L, 10_000_000L));
		leaked.release();
		assertThat(over(admit(0L, 1L)).reserved()).isEqualTo(new NanoUsd(10_000_000L));
		next.release();
		assertThat(admit(0L, 10_000_000L)).isInstanceOf(Admitted.class);
	}

	@Test
	void aUserMayHaveOnlySoManyCallsOpen() {
		for (int i = 0; i < 512; i++) {
			admitted(admit(1L, null));
		}
		Denied denied = (Denied) admit(1L, null);
		assertThat(denied.refusal().status()).isEqualTo(429);
		assertThat(denied.refusal().code()).isEqualTo("rate_limited");
	}

	@Test
	void aStartWithoutKafkaGoesByTheSnapshot(@TempDir Path directory) throws IOException {
		limit(1, 9_000_000L);
		admitted(admit(0L, 1L)).post(posted(4, 1L), 1L);
		BudgetSnapshot snapshot = new BudgetSnapshot(directory.resolve("s"), this.admission, Clock.systemUTC());
		assertThat(this.admission.safelyCountedUpTo()).isZero();
		snapshot.save();
		assertThat(this.admission.safelyCountedUpTo()).isEqualTo(3);
		this.admission = admission(Duration.ofMillis(10));
		assertThat(new BudgetSnapshot(directory.resolve("none"), this.admission, Clock.systemUTC()).load()).isFalse();
		assertThat(new BudgetSnapshot(directory.resolve("s"), this.admission, Clock.systemUTC()).load()).isTrue();
		assertThat(((Denied) admit(0L, 2_000_000L)).refusal().code()).isEqualTo("budget_unavailable");
		assertThat(admit(0L, 1_000_000L)).isInstanceOf(Admitted.class);
	}

	@Test
	void takesStatusHeartbeatAndTombstoneFromTheTopic() {
		BudgetTopic topic = new BudgetTopic(this.admission);
		BudgetStatus status = status(0L, Enforcement.HARD, 0, Map.of());
		topic.take(
				new TopicRecord(5, 1, NOW, this.user.toString(), CloudEvent.of(UuidV7.next(), "/budget", NOW, status)));
		assertThat(((Denied) admit(0L, 1L)).refusal().code()).isEqualTo("budget_unavailable");
		topic.take(new TopicRecord(5, 2, NOW, BudgetHeartbeat.KEY,
				CloudEvent.of(UuidV7.next(), "/budget", NOW, new BudgetHeartbeat(5, Instant.now()))));
		assertThat(((Denied) admit(0L, 1L)).refusal().code()).isEqualTo("budget_exceeded");
		topic.take(new TopicRecord(5, 3, NOW, this.user.toString(), null));
		assertThat(admit(0L, 1L)).isInstanceOf(Admitted.class);
	}

	private static AdmissionProperties properties(Duration maxWait) {
		return new AdmissionProperties(512, maxWait, Duration.ofSeconds(30), Duration.ofHours(2), Path.of("unused"),
				Duration.ofSeconds(30), Duration.ofSeconds(5), 1000, true, 1024, Duration.ofMillis(150));
	}

	private Admission admission(Duration maxWait) {
		return new Admission(SOURCE, properties(maxWait), Clock.systemUTC(),
				new Freshness(Duration.ofSeconds(30), this.nanoTime::get));
	}

	private void limit(long cents, long spentNanos) {
		this.admission.update(status(cents, Enforcement.HARD, spentNanos, Map.of()), 0);
	}

	private BudgetStatus status(long cents, Enforcement enforcement, long spent, Map<String, Long> applied) {
		return new BudgetStatus(this.user, ++this.version, "UTC", YearMonth.of(2026, 11),
				Instant.parse("2026-12-01T00:00:00Z"), cents, Limit.BUDGET, enforcement, new NanoUsd(spent),
				Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-12-01T00:00:00Z"), 1000, 0, NanoUsd.ZERO,
				applied);
	}

	private AdmissionOutcome admit(long input, @Nullable Long maxTokens) {
		return this.admission.admit(wish(input, maxTokens, 1, Credential.USER, NOW));
	}

	private Wish wish(long input, @Nullable Long maxTokens, int choices, Credential credential, Instant at) {
		return new Wish(this.user, null, "p", "m", PRICE, credential, input, maxTokens, choices, false, at);
	}

	private PostedCall posted(long seq, long cost) {
		return new PostedCall(this.user, null, seq, cost, Credential.USER, NOW, LocalDate.of(2026, 11, 21));
	}

	private static Reservation admitted(AdmissionOutcome outcome) {
		assertThat(outcome).isInstanceOf(Admitted.class);
		return ((Admitted) outcome).reservation();
	}

	private static Refusal.OverLimit over(AdmissionOutcome outcome) {
		assertThat(outcome).isInstanceOf(Denied.class);
		assertThat(((Denied) outcome).refusal()).isInstanceOf(Refusal.OverLimit.class);
		return (Refusal.OverLimit) ((Denied) outcome).refusal();
	}

}
