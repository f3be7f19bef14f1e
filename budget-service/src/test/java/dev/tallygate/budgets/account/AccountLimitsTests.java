package dev.tallygate.budgets.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.budgets.account.Account.Lent;
import dev.tallygate.budgets.account.Lending.Ask;
import dev.tallygate.budgets.account.Lending.Sources;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.events.CallId;
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
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What changes of limits, keys and lines do to an account, and which alerts they make
 * due: without a database, each decision alone.
 */
class AccountLimitsTests {

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	private static final Instant SIGN_UP = Instant.parse("2026-05-14T09:00:00Z");

	private static final ZoneId UTC = ZoneId.of("UTC");

	private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");

	private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);

	private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

	private static final UserId USER = new UserId(UuidV7.next());

	private static final ApiKeyId KEY = new ApiKeyId(UuidV7.next());

	private static final String GATEWAY = "/gateway/a";

	private static final Sources ONE_GATEWAY = new Sources(1, Map.of(GATEWAY, 1L));

	@Test
	void nothingNewChangesNothing() {
		Account account = account(budget(100L), 0);
		assertThat(account.hasChanged()).isFalse();
		account.change(account.budget());
		assertThat(account.removeKey(KEY)).isFalse();
		assertThat(account.hasChanged()).isFalse();
		assertThat(account.version()).isEqualTo(1);
		assertThat(account.changedSpend()).isEmpty();
		account.bringForward();
		assertThat(account.hasChanged()).isTrue();
		assertThat(account.version()).isEqualTo(NOW.toEpochMilli());
	}

	@Test
	void aLimitBelowWhatIsSpentIsDueAtOnceAndOncePerAmount() {
		Account account = account(budget(null), 9_500_000);
		account.change(budget(1L));
		assertThat(account.dueAlerts().keySet()).containsExactlyInAnyOrder(user("1 75"), user("1 90"));
		account.change(budget(2L));
		account.change(budget(0L));
		assertThat(account.dueAlerts().keySet()).containsExactlyInAnyOrder(user("1 75"), user("1 90"), user("0 75"),
				user("0 90"), user("0 100"), user("0 exceeded"));
		assertThat(account.dueAlerts().get(user("0 exceeded"))).isInstanceOfSatisfying(BudgetAlert.Exceeded.class,
				(alert) -> {
					assertThat(alert.spentNanos()).isEqualTo(new NanoUsd(9_500_000));
					assertThat(alert.limit()).isEqualTo(Limit.BUDGET);
					assertThat(alert.period()).isEqualTo(NOVEMBER);
				});
		assertThat(account.dueAlerts().get(user("1 90"))).isInstanceOfSatisfying(BudgetAlert.ThresholdCrossed.class,
				(alert) -> {
					assertThat(alert.threshold()).isEqualTo(90);
					assertThat(alert.limitCents()).isEqualTo(1);
				});
		assertThat(account.changedSpend()).singleElement()
			.satisfies((spend) -> assertThat(spend.limitCents()).isZero());
	}

	@Test
	void anotherZoneWaitsForTheNextMonthAndCanBeTakenBack() {
		Account account = account(budget(100L), 0);
		account.change(new Budget(100L, null, Enforcement.HARD, Thresholds.DEFAULT, TOKYO));
		assertThat(account.zoneChange()).isEqualTo(new ZoneChange(TOKYO, YearMonth.of(2026, 12)));
		assertThat(account.period().zone()).isEqualTo(UTC);
		account.change(budget(100L));
		assertThat(account.zoneChange()).isNull();
	}

	@Test
	void aZoneThatHasTakenOverIsNoChangeAnyMore() {
		Instant december = Instant.parse("2026-12-02T00:00:00Z");
		Account account = Account.stored(USER, SIGN_UP, false, 1,
				new Budget(100L, null, Enforcement.HARD, Thresholds.DEFAULT, TOKYO),
				new ZoneChange(TOKYO, YearMonth.of(2026, 12)), BudgetPeriod.containing(NOW, UTC), List.of(), credits(),
				Map.of(), december);
		assertThat(account.zoneChange()).isNull();
		assertThat(account.period().zone()).isEqualTo(TOKYO);
		assertThat(account.hasChanged()).isTrue();
	}

	@Test
	void aKeysLimitThatIsReachedNamesTheKeyAndItsWindow() {
		Account account = account(budget(null), 0);
		account.change(key(1, KeyPeriod.DAY, Enforcement.HARD, 9_000_000));
		assertThat(account.hasChanged()).isTrue();
		assertThat(account.dueAlerts().keySet()).containsExactlyInAnyOrder(key("2026-11-21 1 75"),
				key("2026-11-21 1 90"));
		account.change(key(1, KeyPeriod.MONTH, Enforcement.HARD, 10_000_000));
		assertThat(account.dueAlerts().get(key("2026-11 1 exceeded")))
			.isInstanceOfSatisfying(BudgetAlert.Exceeded.class, (alert) -> {
				assertThat(alert.limit()).isEqualTo(Limit.KEY);
				assertThat(alert.apiKeyId()).isEqualTo(KEY);
				assertThat(alert.limitCents()).isEqualTo(1);
				assertThat(alert.spentNanos()).isEqualTo(NanoUsd.ofCents(1));
			});
		assertThat(account.removeKey(KEY)).isTrue();
		assertThat(account.keys()).isEmpty();
	}

	@Test
	void rollsAtTheEndOfTheDayWhereAKeyIsLimitedByTheDay() {
		Account account = account(budget(null), 0);
		assertThat(account.rollsAt()).as("the month before the cycle").isEqualTo("2026-12-01T00:00:00Z");
		account.change(key(1, KeyPeriod.MONTH, Enforcement.HARD, 0));
		assertThat(account.rollsAt()).isEqualTo("2026-12-01T00:00:00Z");
		account.change(key(1, KeyPeriod.DAY, Enforcement.HARD, 0));
		assertThat(account.rollsAt()).isEqualTo("2026-11-22T00:00:00Z");
	}

	@Test
	void aRefusalIsToldOncePerWhomPeriodAndAmount() {
		Account account = account(budget(100L), 0);
		account.refuse(refusal(Limit.BUDGET, 1, 3_000_000, null));
		account.refuse(refusal(Limit.CEILING, 1, 4_000_000, null));
		account.refuse(refusal(Limit.DEFAULT, 2, 4_000_000, null));
		account.refuse(refusal(Limit.KEY, 1, 50_000_000, KEY));
		account.refuse(refusal(Limit.INSTALLATION, 1, 0, null));
		assertThat(account.dueAlerts().keySet()).containsExactlyInAnyOrder("refused user " + USER + " 2026-11 1",
				"refused user " + USER + " 2026-11 2", "refused key " + KEY + " 2026-11 1",
				"refused installation " + USER + " 2026-11 1");
		assertThat(account.dueAlerts().get("refused user " + USER + " 2026-11 1"))
			.isInstanceOfSatisfying(BudgetAlert.CallRefused.class, (alert) -> {
				assertThat(alert.spentNanos()).isEqualTo(new NanoUsd(3_000_000));
				assertThat(alert.leftNanos()).isEqualTo(new NanoUsd(7_000_000));
				assertThat(alert.neededNanos()).isEqualTo(new NanoUsd(8_000_000));
				assertThat(alert.limit()).isEqualTo(Limit.BUDGET);
			});
		assertThat(account.dueAlerts().get("refused key " + KEY + " 2026-11 1"))
			.isInstanceOfSatisfying(BudgetAlert.CallRefused.class, (alert) -> {
				assertThat(alert.leftNanos()).isEqualTo(NanoUsd.ZERO);
				assertThat(alert.apiKeyId()).isEqualTo(KEY);
			});
	}

	@Test
	void aRefusalOverCreditsTellsThatNoneAreLeft() {
		Account account = account(budget(null), 0);
		account.refuse(refusal(Limit.CREDITS, 1000, 0, null));
		assertThat(account.dueAlerts().values()).noneMatch(BudgetAlert.CreditsExhausted.class::isInstance);
		account.settle(call(NanoUsd.ofCents(1000).value(), Credential.SYSTEM, null), GATEWAY, 1L);
		assertThat(account.dueAlerts().get("credits " + USER + " 2026-11-14T00:00:00Z"))
			.isInstanceOf(BudgetAlert.CreditsExhausted.class);
		Credits used = Credits.first(BillingCycle.containing(SIGN_UP, NOW)).grant(1).use(NanoUsd.ofCents(1001));
		Account refused = Account.stored(USER, SIGN_UP, false, 1, budget(null), null, BudgetPeriod.containing(NOW, UTC),
				List.of(), List.of(used), Map.of(), NOW);
		refused.refuse(refusal(Limit.CREDITS, 1001, 0, null));
		assertThat(refused.dueAlerts().values()).filteredOn(BudgetAlert.CreditsExhausted.class::isInstance)
			.singleElement()
			.satisfies((alert) -> {
				assertThat(alert.limitCents()).isEqualTo(1001);
				assertThat(alert.spentNanos()).isEqualTo(NanoUsd.ofCents(1001));
			});
	}

	@Test
	void repetitionIsToldOnceADayAndAModelWithoutAPriceOnce() {
		Account account = account(budget(null), 0);
		account.repeat(new RepeatedCalls(USER, KEY, 40, TODAY, NOW));
		account.repeat(new RepeatedCalls(USER, KEY, 80, TODAY, NOW));
		account.repeat(new RepeatedCalls(USER, null, 50, TODAY.plusDays(1), NOW));
		account.callUnpriced("openai", "gpt-9");
		account.callUnpriced("openai", "gpt-9");
		assertThat(account.dueAlerts().keySet()).containsExactlyInAnyOrder("repeating " + KEY + " 2026-11-21",
				"repeating " + USER + " 2026-11-22", "unpriced openai gpt-9");
		assertThat(account.dueAlerts().get("repeating " + KEY + " 2026-11-21"))
			.isInstanceOfSatisfying(BudgetAlert.CallsRepeating.class, (alert) -> {
				assertThat(alert.count()).isEqualTo(40);
				assertThat(alert.apiKeyId()).isEqualTo(KEY);
			});
		assertThat(account.hasChanged()).as("an alert is no change of the account").isFalse();
	}

	@Test
	void aLineIsGivenWhileThereIsRoomAndShrinksByWhatIsCounted() {
		Account account = account(budget(100L), 0, everyone(null, Enforcement.HARD));
		assertThat(ask(account, BudgetStatus.BUDGET_SCOPE, "2026-11", 1, 600_000_000)).isEqualTo(Lent.GRANTED);
		assertThat(account.hasChanged()).isTrue();
		long line = line(account, BudgetStatus.BUDGET_SCOPE);
		assertThat(line).isGreaterThanOrEqualTo(600_000_000);
		account.settle(call(100_000_000, Credential.USER, null), GATEWAY, 1L);
		assertThat(line(account, BudgetStatus.BUDGET_SCOPE)).isEqualTo(line - 100_000_000);
		account.settle(call(YearMonth.of(2026, 10), 5_000_000), GATEWAY, 2L);
		assertThat(line(account, BudgetStatus.BUDGET_SCOPE)).as("of another month").isEqualTo(line - 100_000_000);
		assertThat(ask(account, BudgetStatus.BUDGET_SCOPE, "2026-11", 2, 2_000_000_000)).isEqualTo(Lent.SHORT);
		assertThat(ask(account, BudgetStatus.BUDGET_SCOPE, "2026-11", 2, 1)).as("decided before").isEqualTo(Lent.VOID);
		assertThat(ask(account, BudgetStatus.BUDGET_SCOPE, "2026-10", 3, 1)).isEqualTo(Lent.VOID);
		assertThat(ask(account, BudgetStatus.KEY_SCOPE + KEY, "2026-11", 3, 1)).isEqualTo(Lent.VOID);
	}

	@Test
	void creditsAndKeysAreLentToo() {
		Account account = account(budget(null), 0, everyone(null, Enforcement.HARD));
		account.change(key(50, KeyPeriod.DAY, Enforcement.HARD, 0));
		String cycle = "2026-11-14T00:00:00Z";
		String key = BudgetStatus.KEY_SCOPE + KEY;
		assertThat(ask(account, BudgetStatus.CREDITS_SCOPE, cycle, 1, 1_000_000)).isEqualTo(Lent.GRANTED);
		assertThat(ask(account, key, "2026-11-21", 1, 1_000_000)).isEqualTo(Lent.GRANTED);
		assertThat(account.lending().keySet()).containsExactlyInAnyOrder(BudgetStatus.CREDITS_SCOPE, key);
		long credits = line(account, BudgetStatus.CREDITS_SCOPE);
		long ofKey = line(account, key);
		account.settle(call(400_000, Credential.USER, KEY), GATEWAY, 1L);
		assertThat(line(account, BudgetStatus.CREDITS_SCOPE)).as("on the user's own provider key").isEqualTo(credits);
		assertThat(line(account, key)).isEqualTo(ofKey - 400_000);
		account.settle(call(400_000, Credential.SYSTEM, KEY), GATEWAY, 2L);
		assertThat(line(account, BudgetStatus.CREDITS_SCOPE)).isEqualTo(credits - 400_000);
		assertThat(line(account, key)).isEqualTo(ofKey - 800_000);
		account.change(key(50, KeyPeriod.DAY, Enforcement.SOFT, 0));
		account.lend();
		assertThat(account.lending().keySet()).as("soft limits are not lent")
			.containsExactly(BudgetStatus.CREDITS_SCOPE);
	}

	@Test
	void theCeilingForEveryoneHoldsWhoHasNone() {
		Account told = account(budget(null), 6_000_000, everyone(1L, Enforcement.HARD));
		assertThat(told.hasChanged()).as("it is news").isTrue();
		assertThat(told.knownDefault()).isEqualTo(new Everyone.Ceiling(1, Enforcement.HARD));
		assertThat(told.status().binding()).isEqualTo(Limit.DEFAULT);
		assertThat(told.status().enforcement()).isEqualTo(Enforcement.HARD);
		assertThat(told.standing().limit()).isEqualTo(NanoUsd.ofCents(1));
		Account soft = account(budget(null), 0, everyone(1L, Enforcement.SOFT));
		assertThat(soft.status().enforcement()).isEqualTo(Enforcement.SOFT);
		soft.lend();
		assertThat(soft.lending()).doesNotContainKey(BudgetStatus.BUDGET_SCOPE);
		Account softened = account(new Budget(null, null, Enforcement.SOFT, Thresholds.DEFAULT, UTC), 0,
				everyone(1L, Enforcement.HARD));
		assertThat(softened.status().enforcement()).as("it is not the owner's to soften").isEqualTo(Enforcement.HARD);
		Account own = account(new Budget(5L, null, Enforcement.SOFT, Thresholds.DEFAULT, UTC), 0,
				everyone(null, Enforcement.HARD));
		assertThat(own.status().enforcement()).isEqualTo(Enforcement.SOFT);
	}

	@Test
	void whatHappensAtTheCeilingForEveryoneIsNewsToo() {
		Everyone soft = everyone(1L, Enforcement.SOFT);
		assertThat(told(new Everyone.Ceiling(1, Enforcement.SOFT), soft).hasChanged()).isFalse();
		assertThat(told(new Everyone.Ceiling(1, Enforcement.HARD), soft).hasChanged()).isTrue();
		assertThat(told(new Everyone.Ceiling(1, null), soft).hasChanged()).as("nobody noted it").isTrue();
		assertThat(told(null, everyone(null, Enforcement.SOFT)).hasChanged()).as("there is none").isFalse();
	}

	private static Account told(Everyone.@Nullable Ceiling known, Everyone everyone) {
		return Account.stored(USER, SIGN_UP, false, 1, budget(null), null, BudgetPeriod.containing(NOW, UTC), List.of(),
				credits(), Map.of(), List.of(), Map.of(), known, everyone, NOW);
	}

	@Test
	void aSourceGoesForwardOnly() {
		Account account = account(budget(null), 0);
		account.settle(call(1, Credential.SYSTEM, null), GATEWAY, 5L);
		account.settle(call(1, Credential.SYSTEM, null), GATEWAY, 5L);
		account.settle(call(1, Credential.SYSTEM, null), "/gateway/b", null);
		assertThat(account.changedSources()).isEqualTo(Map.of(GATEWAY, 5L));
		assertThat(account.standing().spent()).isEqualTo(new NanoUsd(3));
	}

	@Test
	void aKeysSpendIsKeptByItsDayWithOrWithoutABudget() {
		Account account = account(budget(null), 0);
		account.settle(call(5, Credential.SYSTEM, KEY), GATEWAY, 1L);
		account.settle(call(0, Credential.SYSTEM, KEY), GATEWAY, 2L);
		account.settle(call(7, Credential.SYSTEM, KEY), GATEWAY, 3L);
		assertThat(account.keySpend()).isEqualTo(Map.of(new Account.KeyDay(KEY, TODAY), new NanoUsd(12)));
	}

	@Test
	void aCallOfAnOlderCycleThanIsKnownCountsInTheOldest() {
		Account account = account(budget(null), 0);
		account.settle(callAt(Instant.parse("2026-09-20T00:00:00Z"), 5), GATEWAY, 1L);
		assertThat(account.changedCredits()).anySatisfy((credits) -> {
			assertThat(credits.cycle().start()).isEqualTo("2026-09-14T00:00:00Z");
			assertThat(credits.used()).isEqualTo(new NanoUsd(5));
		});
		account.settle(callAt(Instant.parse("2026-08-20T00:00:00Z"), 7), GATEWAY, 2L);
		account.settle(callAt(Instant.parse("2026-06-20T00:00:00Z"), 11), GATEWAY, 3L);
		assertThat(account.changedCredits()).as("four cycles are kept").anySatisfy((credits) -> {
			assertThat(credits.cycle().start()).isEqualTo("2026-08-14T00:00:00Z");
			assertThat(credits.used()).isEqualTo(new NanoUsd(18));
		});
		account.settle(callAt(NOW.plusSeconds(86_400 * 60), 3), GATEWAY, 4L);
		assertThat(account.credits().used()).as("a clock that is ahead opens no cycle").isEqualTo(new NanoUsd(3));
	}

	@Test
	void whateverGatewaysMustKnowIsANewVersion() {
		Account granted = account(budget(100L), 0);
		granted.grant(3);
		assertThat(granted.hasChanged()).as("granted credits").isTrue();
		Account corrected = account(budget(100L), 0);
		corrected.adjust(new UsageAdjusted(CallId.next(), USER, UuidV7.next(), "a price", new NanoUsd(7), "2", null,
				null, null, "openai", "gpt-4o", Credential.USER, NOVEMBER, NOW.atZone(ZoneOffset.UTC).toLocalDate()));
		assertThat(corrected.hasChanged()).as("a correction").isTrue();
		Account limited = keyed(key(5, KeyPeriod.MONTH, Enforcement.HARD, 0));
		assertThat(limited.hasChanged()).isFalse();
		assertThat(limited.removeKey(KEY)).isTrue();
		assertThat(limited.hasChanged()).as("a key's limit that is gone").isTrue();
		Account provisional = Account.stored(USER, SIGN_UP, true, 1, budget(100L), null,
				BudgetPeriod.containing(NOW, UTC), List.of(), credits(), Map.of(), NOW);
		assertThat(provisional.isProvisional()).isTrue();
		provisional.register(SIGN_UP);
		assertThat(provisional.isProvisional()).isFalse();
		assertThat(provisional.hasChanged()).as("a registration").isTrue();
	}

	@Test
	void aVersionFollowsTheLastThoughTheClockIsBehindIt() {
		long ahead = NOW.plusSeconds(60).toEpochMilli();
		Account account = Account.stored(USER, SIGN_UP, false, ahead, budget(100L), null,
				BudgetPeriod.containing(NOW, UTC), List.of(), credits(), Map.of(), NOW);
		account.bringForward();
		assertThat(account.version()).isEqualTo(ahead + 1);
	}

	@Test
	void aNewPeriodOrCycleIsANewVersion() {
		Instant december = Instant.parse("2026-12-01T00:00:00Z");
		assertThat(Account
			.stored(USER, SIGN_UP, false, 1, budget(100L), null, BudgetPeriod.containing(NOW, UTC), List.of(),
					credits(), Map.of(), december)
			.hasChanged()).as("a month").isTrue();
		Instant cycle = Instant.parse("2026-12-14T00:00:00Z");
		assertThat(Account
			.stored(USER, SIGN_UP, false, 1, budget(100L), null, BudgetPeriod.containing(cycle, UTC), List.of(),
					credits(), Map.of(), cycle)
			.hasChanged()).as("a billing cycle").isTrue();
	}

	@Test
	void gatewaysAreToldWhatIsLentToThem() {
		Account account = Account.stored(USER, SIGN_UP, false, 1, budget(100L), null, BudgetPeriod.containing(NOW, UTC),
				List.of(), credits(), Map.of(), List.of(), Map.of(), null, everyone(null, Enforcement.HARD), NOW);
		ask(account, BudgetStatus.BUDGET_SCOPE, "2026-11", 1, 5_000_000);
		Map<String, BudgetStatus.Lines> told = Objects.requireNonNull(account.status().lines());
		assertThat(Objects.requireNonNull(told.get(BudgetStatus.BUDGET_SCOPE)).of())
			.containsExactly(Map.entry(GATEWAY, new NanoUsd(line(account, BudgetStatus.BUDGET_SCOPE))));
		Account restored = Account.stored(USER, SIGN_UP, false, 1, budget(100L), null,
				BudgetPeriod.containing(NOW, UTC), List.of(), credits(), Map.of(), List.of(), account.lending(), null,
				everyone(null, Enforcement.HARD), NOW);
		assertThat(line(restored, BudgetStatus.BUDGET_SCOPE)).isEqualTo(line(account, BudgetStatus.BUDGET_SCOPE));
	}

	@Test
	void whoeverIsNewHasTheFreePlanAndNoLimit() {
		Account account = Account.provisional(USER, everyone(7L, Enforcement.HARD), NOW);
		assertThat(account.isProvisional()).isTrue();
		assertThat(account.hasChanged()).isTrue();
		assertThat(account.version()).isEqualTo(NOW.toEpochMilli());
		assertThat(account.knownDefault()).isEqualTo(new Everyone.Ceiling(7, Enforcement.HARD));
		assertThat(account.credits().total()).isEqualTo(Credits.FREE_PLAN);
		assertThat(account.budget()).isEqualTo(Budget.DEFAULT);
		assertThat(account.now()).isEqualTo(NOW);
		assertThat(account.userId()).isEqualTo(USER);
	}

	private static Lent ask(Account account, String scope, String period, long number, long line) {
		return account.ask(scope, period, new Ask(GATEWAY, 1, number, Long.MAX_VALUE, line));
	}

	private static long line(Account account, String scope) {
		Lending lending = Objects.requireNonNull(account.lending().get(scope));
		return Objects.requireNonNull(lending.of().get(GATEWAY)).nanos();
	}

	private static String user(String rest) {
		return "user " + USER + " 2026-11 " + rest;
	}

	private static String key(String rest) {
		return "key " + KEY + ' ' + rest;
	}

	private static KeyBudget key(long cents, KeyPeriod kind, Enforcement enforcement, long spent) {
		return new KeyBudget(KEY, cents, kind, enforcement, Thresholds.DEFAULT, new NanoUsd(spent));
	}

	private static Budget budget(@Nullable Long cents) {
		return new Budget(cents, null, Enforcement.HARD, Thresholds.DEFAULT, UTC);
	}

	private static Everyone everyone(@Nullable Long cents, Enforcement enforcement) {
		return new Everyone(cents, enforcement, ONE_GATEWAY);
	}

	private static Account keyed(KeyBudget key) {
		return Account.stored(USER, SIGN_UP, false, 1, budget(100L), null, BudgetPeriod.containing(NOW, UTC), List.of(),
				credits(), Map.of(), List.of(key), Map.of(), null, Everyone.NOTHING, NOW);
	}

	private static Account account(Budget budget, long spent) {
		return account(budget, spent, Everyone.NOTHING);
	}

	private static Account account(Budget budget, long spent, Everyone everyone) {
		return Account.stored(USER, SIGN_UP, false, 1, budget, null, BudgetPeriod.containing(NOW, UTC),
				List.of(new PeriodSpend(NOVEMBER, new NanoUsd(spent), budget.monthlyCents())), credits(), Map.of(),
				List.of(), Map.of(), null, everyone, NOW);
	}

	private static List<Credits> credits() {
		Credits october = Credits.first(BillingCycle.containing(SIGN_UP, Instant.parse("2026-10-20T00:00:00Z")));
		return List.of(october, october.next(BillingCycle.containing(SIGN_UP, NOW)));
	}

	private static BudgetRefused refusal(Limit limit, long cents, long spent, @Nullable ApiKeyId key) {
		return new BudgetRefused(USER, limit, NOVEMBER, cents, new NanoUsd(spent), new NanoUsd(8_000_000), NOW, key,
				null, null, null);
	}

	private static UsageSettled call(long cost, Credential credential, @Nullable ApiKeyId key) {
		return call(NOVEMBER, NOW, cost, credential, key);
	}

	private static UsageSettled call(YearMonth month, long cost) {
		return call(month, NOW, cost, Credential.SYSTEM, null);
	}

	private static UsageSettled callAt(Instant startedAt, long cost) {
		return call(YearMonth.from(startedAt.atZone(ZoneOffset.UTC)), startedAt, cost, Credential.SYSTEM, null);
	}

	private static UsageSettled call(YearMonth month, Instant startedAt, long cost, Credential credential,
			@Nullable ApiKeyId key) {
		return new UsageSettled(CallId.next(), USER, key, null, null, null, "openai", null, "gpt-4o",
				UsageSettled.Operation.CHAT, false, credential, UsageSettled.Status.COMPLETED,
				UsageSettled.UsageSource.PROVIDER, 1L, null, null, 1L, null, new NanoUsd(cost), true, "1", startedAt,
				startedAt, month, startedAt.atZone(ZoneOffset.UTC).toLocalDate(), null, 1, 200);
	}

}
