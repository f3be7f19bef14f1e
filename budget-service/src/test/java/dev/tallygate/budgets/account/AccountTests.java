package dev.tallygate.budgets.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.events.CallId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccountTests {

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	private static final Instant SIGN_UP = Instant.parse("2026-05-14T09:00:00Z");

	private static final ZoneId UTC = ZoneId.of("UTC");

	private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);

	private static final UserId USER = new UserId(UuidV7.next());

	private static final ApiKeyId KEY = new ApiKeyId(UuidV7.next());

	@Test
	void thePeriodIsTheEventsOwn() {
		Account account = account(null, NOW, Map.of(), List.of());
		account.settle(call(YearMonth.of(2026, 10), NOW, 5), "/gateway/a", 1L);
		account.settle(call(YearMonth.of(2026, 12), NOW, 7), "/gateway/a", 2L);
		assertThat(account.standing().spent()).isEqualTo(NanoUsd.ZERO);
		assertThat(account.changedSpend()).extracting(PeriodSpend::month, (spend) -> spend.spent().value())
			.containsExactlyInAnyOrder(org.assertj.core.groups.Tuple.tuple(YearMonth.of(2026, 10), 5L),
					org.assertj.core.groups.Tuple.tuple(YearMonth.of(2026, 12), 7L));
	}

	@Test
	void aClosedPeriodIsHeldAgainstTheLimitItHad() {
		PeriodSpend october = new PeriodSpend(YearMonth.of(2026, 10), new NanoUsd(9_000_000), 1L);
		Account account = account(1000L, NOW, Map.of(), List.of(october));
		account.settle(call(YearMonth.of(2026, 10), NOW, 1_000_000), "/gateway/a", 1L);
		assertThat(account.dueAlerts().values()).hasSize(4).allSatisfy((alert) -> {
			assertThat(alert.limitCents()).isEqualTo(1);
			assertThat(alert.period()).isEqualTo(YearMonth.of(2026, 10));
		});
	}

	@Test
	void appliedNeverGoesBack() {
		Account account = account(null, NOW, Map.of("/gateway/a", 5L), List.of());
		account.settle(call(NOVEMBER, NOW, 1), "/gateway/a", 3L);
		account.settle(call(NOVEMBER, NOW, 1), "/gateway/b", 1L);
		assertThat(account.status().applied()).isEqualTo(Map.of("/gateway/a", 5L, "/gateway/b", 1L));
	}

	@Test
	void aLateCallCountsInTheCycleItStartedInAndLeavesFewerGrants() {
		Account account = account(null, NOW, Map.of(), List.of());
		Instant lastCycle = Instant.parse("2026-11-13T23:59:59Z");
		account.settle(call(NOVEMBER, lastCycle, NanoUsd.ofCents(1100).value()), "/gateway/a", 1L);
		assertThat(account.credits().used()).isEqualTo(NanoUsd.ZERO);
		assertThat(account.credits().carried()).isEqualTo(100);
		assertThat(account.dueAlerts()).isEmpty();
	}

	@Test
	void theVersionGrowsOverARestoredDatabase() {
		Account account = account(null, NOW, Map.of(), List.of());
		account.settle(call(NOVEMBER, NOW, 1), "/gateway/a", 1L);
		long version = account.version();
		account.settle(call(NOVEMBER, NOW, 1), "/gateway/a", 2L);
		assertThat(version).isEqualTo(NOW.toEpochMilli()).isEqualTo(account.version());
	}

	@Test
	void rollsOverIntoTheNewPeriodAndCycle() {
		Account account = account(1L, Instant.parse("2027-01-01T00:00:00Z"), Map.of(), List.of());
		assertThat(account.hasChanged()).isTrue();
		assertThat(account.status().period()).isEqualTo(YearMonth.of(2027, 1));
		assertThat(account.status().spentNanos()).isEqualTo(NanoUsd.ZERO);
		assertThat(account.status().billingCycleStart()).isEqualTo("2026-12-14T00:00:00Z");
		assertThat(account.status().creditsGranted()).isEqualTo(200);
		assertThat(account.rollsAt()).isEqualTo("2027-01-14T00:00:00Z");
	}

	@Test
	void aRefusalIsNoExhaustionAndNoExcess() {
		Account account = account(1000L, NOW, Map.of(), List.of());
		account.refuse(refusal(Limit.CREDITS));
		account.refuse(refusal(Limit.CEILING));
		account.refuse(refusal(Limit.BUDGET));
		assertThat(account.dueAlerts().values()).hasSize(2).allSatisfy((alert) -> {
			assertThat(alert).isInstanceOf(BudgetAlert.CallRefused.class);
			assertThat(((BudgetAlert.CallRefused) alert).leftNanos()).isEqualTo(new NanoUsd(9_999_999_995L));
		});
	}

	@Test
	void aRefusalSaysWhatWasHeldWhatWouldHaveFittedAndWhenItEnds() {
		Account account = account(1000L, NOW, Map.of(), List.of());
		Instant end = Instant.parse("2026-12-01T00:00:00Z");
		account.refuse(new BudgetRefused(USER, Limit.BUDGET, NOVEMBER, 1000, new NanoUsd(5), new NanoUsd(9), NOW, null,
				new NanoUsd(7), 400L, end));
		assertThat(account.dueAlerts().values()).singleElement()
			.isEqualTo(new BudgetAlert.CallRefused(account.dueAlerts().values().iterator().next().id(), USER, NOVEMBER,
					1000, new NanoUsd(5), NOW, new NanoUsd(9), new NanoUsd(9_999_999_995L), Limit.BUDGET, null,
					new NanoUsd(7), 400L, end));
	}

	@Test
	void exceededIsRaisedWhenAllIsSpentWhateverTheThresholdsAre() {
		Account account = account(1L, NOW, Map.of(), List.of());
		account.change(new Budget(1L, null, Enforcement.HARD, new Thresholds(List.of(500)), UTC));
		account.settle(call(NOVEMBER, NOW, 9_999_999), "/gateway/a", 1L);
		assertThat(account.dueAlerts()).isEmpty();
		account.settle(call(NOVEMBER, NOW, 1), "/gateway/a", 2L);
		assertThat(account.dueAlerts().values()).singleElement().isInstanceOf(BudgetAlert.Exceeded.class);
	}

	@Test
	void theOwnerCannotSoftenTheCeiling() {
		Account account = account(1000L, NOW, Map.of(), List.of());
		account.change(new Budget(1000L, 2000L, Enforcement.SOFT, Thresholds.DEFAULT, UTC));
		assertThat(account.status().limitCents()).isEqualTo(2000);
		assertThat(account.status().binding()).isEqualTo(Limit.CEILING);
		assertThat(account.status().enforcement()).isEqualTo(Enforcement.HARD);
		assertThat(account.standing().binding()).isEqualTo(new BindingLimit(1000, Limit.BUDGET));
	}

	@Test
	void anAbsurdCostSaturates() {
		Account account = account(1L, NOW, Map.of(), List.of());
		account.settle(call(NOVEMBER, NOW, Long.MAX_VALUE), "/gateway/a", 1L);
		account.settle(call(NOVEMBER, NOW, Long.MAX_VALUE), "/gateway/a", 2L);
		assertThat(account.standing().spent().value()).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void aCorrectionCountsInThePeriodAndTheCycleOfItsCall() {
		Account account = account(null, NOW, Map.of(), List.of());
		Instant lastCycle = Instant.parse("2026-11-10T00:00:00Z");
		account.settle(call(NOVEMBER, lastCycle, 100), "/gateway/a", 1L);
		account.adjust(correction(NOVEMBER, lastCycle, null, -40));
		assertThat(account.standing().spent()).isEqualTo(new NanoUsd(60));
		assertThat(account.credits().used()).isEqualTo(NanoUsd.ZERO);
		assertThat(account.changedCredits()).filteredOn((credits) -> credits.used().value() != 0)
			.singleElement()
			.satisfies((credits) -> {
				assertThat(credits.cycle().start()).isEqualTo("2026-10-14T00:00:00Z");
				assertThat(credits.used()).isEqualTo(new NanoUsd(60));
			});
	}

	@Test
	void correctionsMayOutweighWhatTheyCorrect() {
		Account account = account(1L, NOW, Map.of(), List.of());
		account.adjust(correction(NOVEMBER, NOW, null, -7));
		assertThat(account.standing().spent()).isEqualTo(new NanoUsd(-7));
		assertThat(account.standing().state()).isEqualTo(BudgetState.OK);
		assertThat(account.credits().used()).isEqualTo(new NanoUsd(-7));
		assertThat(account.credits().remainingCredits()).isEqualTo(account.credits().total());
		assertThat(account.dueAlerts()).isEmpty();
	}

	@Test
	void aCorrectionRaisesWhatACallWouldHave() {
		Account account = account(1L, NOW, Map.of(), List.of());
		account.settle(call(NOVEMBER, NOW, 9_999_999), "/gateway/a", 1L);
		assertThat(account.dueAlerts().values()).noneMatch(BudgetAlert.Exceeded.class::isInstance);
		account.adjust(correction(NOVEMBER, NOW, null, 1));
		assertThat(account.dueAlerts().values()).anyMatch(BudgetAlert.Exceeded.class::isInstance);
	}

	@Test
	void aKeysBudgetCountsOnlyWhatIsOfItsWindowAndItsSpendCountsAll() {
		Account account = account(null, NOW, Map.of(), List.of());
		account.change(new KeyBudget(KEY, 1, KeyPeriod.DAY, Enforcement.HARD, Thresholds.DEFAULT, NanoUsd.ZERO));
		Instant yesterday = NOW.minus(Duration.ofDays(1));
		account.adjust(correction(NOVEMBER, yesterday, KEY, 9_000_000));
		assertThat(account.keys()).extracting(KeyBudget::spent).containsExactly(NanoUsd.ZERO);
		account.adjust(correction(NOVEMBER, NOW, KEY, 10_000_000));
		account.adjust(correction(NOVEMBER, NOW, new ApiKeyId(UuidV7.next()), 5));
		assertThat(account.keys()).extracting(KeyBudget::spent).containsExactly(NanoUsd.ofCents(1));
		assertThat(account.keySpend().values()).extracting(NanoUsd::value)
			.containsExactlyInAnyOrder(9_000_000L, 10_000_000L, 5L);
		assertThat(account.dueAlerts().values()).filteredOn(BudgetAlert.Exceeded.class::isInstance)
			.singleElement()
			.satisfies((alert) -> assertThat(((BudgetAlert.Exceeded) alert).limit()).isEqualTo(Limit.KEY));
	}

	@Test
	void aCallOnTheUsersOwnProviderKeyUsesNoCredits() {
		Account account = account(null, NOW, Map.of(), List.of());
		account.adjust(new UsageAdjusted(openedAt(NOW), USER, UuidV7.next(), "a price", new NanoUsd(7), "2", null, null,
				null, "openai", "gpt-4o", Credential.USER, NOVEMBER, day(NOW)));
		assertThat(account.standing().spent()).isEqualTo(new NanoUsd(7));
		assertThat(account.credits().used()).isEqualTo(NanoUsd.ZERO);
	}

	@Test
	void aRegistrationMovesWhatWasCountedBefore() {
		Account account = Account.provisional(USER, NOW);
		account.settle(call(NOVEMBER, NOW, 7), "/gateway/a", 1L);
		account.grant(3);
		account.register(SIGN_UP);
		assertThat(account.credits().cycle().start()).isEqualTo("2026-11-14T00:00:00Z");
		assertThat(account.credits().used()).isEqualTo(new NanoUsd(7));
		assertThat(account.credits().granted()).isEqualTo(3);
		assertThat(account.removedCycles()).containsExactly(Instant.parse("2026-11-21T00:00:00Z"));
		account.register(NOW);
		assertThat(account.signedUpAt()).isEqualTo(SIGN_UP);
	}

	/** With 200 granted credits left over from the cycle of October. */
	private static Account account(@Nullable Long limitCents, Instant now, Map<String, Long> applied,
			List<PeriodSpend> spend) {
		Credits october = Credits.first(BillingCycle.containing(SIGN_UP, Instant.parse("2026-10-20T00:00:00Z")))
			.grant(200);
		Credits november = october.next(BillingCycle.containing(SIGN_UP, NOW));
		Budget budget = new Budget(limitCents, null, Enforcement.HARD, Thresholds.DEFAULT, UTC);
		return Account.stored(USER, SIGN_UP, false, 1, budget, null, BudgetPeriod.containing(NOW, UTC), spend,
				List.of(october, november), applied, now);
	}

	private static UsageSettled call(YearMonth period, Instant startedAt, long costNanos) {
		return new UsageSettled(CallId.next(), USER, null, null, null, null, "openai", null, "gpt-4o",
				UsageSettled.Operation.CHAT, false, Credential.SYSTEM, UsageSettled.Status.COMPLETED,
				UsageSettled.UsageSource.PROVIDER, 1L, null, null, 1L, null, new NanoUsd(costNanos), true, "1",
				startedAt, startedAt, period, startedAt.atZone(ZoneOffset.UTC).toLocalDate(), null, 1, 200);
	}

	private static UsageAdjusted correction(YearMonth period, Instant startedAt, @Nullable ApiKeyId key, long delta) {
		return new UsageAdjusted(openedAt(startedAt), USER, UuidV7.next(), "a price", new NanoUsd(delta), "2", key,
				null, null, "openai", "gpt-4o", Credential.SYSTEM, period, day(startedAt));
	}

	/** The id of a call tells when it opened. */
	private static CallId openedAt(Instant time) {
		return new CallId(new UUID((time.toEpochMilli() << 16) | 0x7000L, Long.MIN_VALUE));
	}

	private static LocalDate day(Instant time) {
		return time.atZone(ZoneOffset.UTC).toLocalDate();
	}

	private static BudgetRefused refusal(Limit limit) {
		return new BudgetRefused(USER, limit, NOVEMBER, 1000, new NanoUsd(5), null, NOW);
	}

}
