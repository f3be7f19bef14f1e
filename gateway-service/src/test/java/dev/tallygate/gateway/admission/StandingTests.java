package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyBudget;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.events.BudgetStatus.Lines;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What a status means later. It was made in November in Tokyo; its billing cycle ends on
 * the 14th of December, with 10 credits of the plan and 5 granted, 12 of them used.
 */
class StandingTests {

	private static final ApiKeyId KEY = new ApiKeyId(UuidV7.next());

	private static final Instant NOVEMBER = Instant.parse("2026-11-21T12:00:00Z");

	/** In UTC still November. */
	private static final Instant DECEMBER = Instant.parse("2026-11-30T15:00:00Z");

	private static final Instant CYCLE_END = Instant.parse("2026-12-14T00:00:00Z");

	private final Standing standing = new Standing(status(100L, Enforcement.HARD, List.of()), 1000);

	private final Standing unknown = new Standing(null, 1000);

	@Test
	void theMonthStartsAtZeroWithoutBeingTold() {
		assertThat(this.standing.periodAt(NOVEMBER)).isEqualTo(YearMonth.of(2026, 11));
		assertThat(this.standing.spentNanos(NOVEMBER)).isEqualTo(7);
		assertThat(this.standing.isPastPeriod(DECEMBER.minusNanos(1))).isFalse();
		assertThat(this.standing.periodAt(DECEMBER)).isEqualTo(YearMonth.of(2026, 12));
		assertThat(this.standing.spentNanos(DECEMBER)).isZero();
		assertThat(this.standing.isPastPeriod(DECEMBER)).isTrue();
		assertThat(this.standing.periodEndAt(NOVEMBER)).isEqualTo(DECEMBER);
		assertThat(this.standing.periodEndAt(DECEMBER)).isEqualTo("2026-12-31T15:00:00Z");
		assertThat(this.standing.dayAt(DECEMBER)).isEqualTo(LocalDate.of(2026, 12, 1));
	}

	@Test
	void aStatusThatIsAheadOfThisClockIsBelieved() {
		Instant before = Instant.parse("2026-10-31T14:59:59Z");
		assertThat(this.standing.periodAt(before)).isEqualTo(YearMonth.of(2026, 11));
		assertThat(this.standing.spentNanos(before)).isEqualTo(7);
	}

	@Test
	void creditsStartAnewWithWhatIsLeftOfTheGrants() {
		assertThat(this.standing.cycleStartAt(NOVEMBER)).isEqualTo("2026-11-14T00:00:00Z");
		assertThat(this.standing.cycleEndAt(NOVEMBER)).isEqualTo(CYCLE_END);
		assertThat(this.standing.creditNanos(NOVEMBER)).isEqualTo(NanoUsd.ofCents(15).value());
		assertThat(this.standing.creditsUsedNanos(NOVEMBER)).isEqualTo(NanoUsd.ofCents(12).value());
		assertThat(this.standing.isPastCycle(CYCLE_END.minusNanos(1))).isFalse();
		assertThat(this.standing.isPastCycle(CYCLE_END)).isTrue();
		assertThat(this.standing.creditNanos(CYCLE_END)).as("2 of the 5 are gone")
			.isEqualTo(NanoUsd.ofCents(13).value());
		assertThat(this.standing.creditsUsedNanos(CYCLE_END)).isZero();
		Instant later = Instant.parse("2027-02-20T00:00:00Z");
		assertThat(this.standing.cycleStartAt(later)).isEqualTo("2027-02-14T00:00:00Z");
		assertThat(this.standing.cycleEndAt(later)).isEqualTo("2027-03-14T00:00:00Z");
		assertThat(this.standing.cycleStartAt(CYCLE_END)).isEqualTo(CYCLE_END);
	}

	@Test
	void onlyAHardLimitRefuses() {
		assertThat(this.standing.hardLimitNanos()).isEqualTo(NanoUsd.ofCents(100).value());
		assertThat(this.standing.limit()).isEqualTo(Limit.CEILING);
		assertThat(new Standing(status(100L, Enforcement.SOFT, List.of()), 0).hardLimitNanos()).isNull();
		assertThat(new Standing(status(null, Enforcement.HARD, List.of()), 0).hardLimitNanos()).isNull();
	}

	@Test
	void whoIsNotKnownHasNoLimitAndTheFreeCredits() {
		assertThat(this.unknown.hardLimitNanos()).isNull();
		assertThat(this.unknown.limit()).isEqualTo(Limit.BUDGET);
		assertThat(this.unknown.spentNanos(NOVEMBER)).isZero();
		assertThat(this.unknown.creditNanos(NOVEMBER)).isEqualTo(NanoUsd.ofCents(1000).value());
		assertThat(this.unknown.creditsUsedNanos(NOVEMBER)).isZero();
		assertThat(this.unknown.cycleStartAt(NOVEMBER)).isEqualTo(Instant.EPOCH);
		assertThat(this.unknown.cycleEndAt(NOVEMBER)).isEqualTo("2026-12-01T00:00:00Z");
		assertThat(this.unknown.periodEndAt(NOVEMBER)).isEqualTo("2026-12-01T00:00:00Z");
		assertThat(this.unknown.isPastPeriod(DECEMBER)).isFalse();
		assertThat(this.unknown.isPastCycle(CYCLE_END)).isFalse();
		assertThat(this.unknown.applied("/gateway/a")).isZero();
		assertThat(this.unknown.lines("budget")).isNull();
		assertThat(this.unknown.budgetOf(KEY)).isNull();
	}

	@Test
	void theFirstStatusEndsNoPeriod() {
		assertThat(this.standing.isOfLaterPeriodsThan(this.unknown)).isFalse();
		assertThat(this.unknown.isOfLaterPeriodsThan(this.standing)).isFalse();
		assertThat(this.standing.isOfLaterPeriodsThan(this.standing)).isFalse();
	}

	@Test
	void tellsWhatIsAppliedAndLent() {
		assertThat(this.standing.applied("/gateway/a")).isEqualTo(3);
		assertThat(this.standing.applied("/gateway/b")).isZero();
		assertThat(this.standing.lines("budget")).isNotNull();
		assertThat(this.standing.lines("credits")).isNull();
	}

	@Test
	void aZoneThatIsNoneIsUtc() {
		assertThat(Standing.zoneOf("Mars/Olympus").getId()).isEqualTo("Z");
		assertThat(Standing.zoneOf("Asia/Tokyo").getId()).isEqualTo("Asia/Tokyo");
	}

	@Test
	void aKeysPeriodGoesOnByItself() {
		KeyBudget daily = key(KeyPeriod.DAY, "2026-11-21", Instant.parse("2026-11-21T15:00:00Z"));
		assertThat(this.standing.endOf(daily, NOVEMBER)).isEqualTo("2026-11-21T15:00:00Z");
		assertThat(this.standing.periodOf(daily, NOVEMBER)).isEqualTo("2026-11-21");
		Instant next = Instant.parse("2026-11-21T15:00:00Z");
		assertThat(Standing.isPast(daily, next)).isTrue();
		assertThat(Standing.isPast(daily, next.minusNanos(1))).isFalse();
		assertThat(this.standing.endOf(daily, next)).isEqualTo("2026-11-22T15:00:00Z");
		assertThat(this.standing.periodOf(daily, next)).isEqualTo("2026-11-22");
		KeyBudget monthly = key(KeyPeriod.MONTH, "2026-11", DECEMBER);
		assertThat(this.standing.endOf(monthly, DECEMBER)).isEqualTo("2026-12-31T15:00:00Z");
		assertThat(this.standing.periodOf(monthly, DECEMBER)).isEqualTo("2026-12");
		KeyBudget total = key(KeyPeriod.TOTAL, "total", null);
		assertThat(this.standing.endOf(total, DECEMBER)).isNull();
		assertThat(Standing.isPast(total, DECEMBER)).isFalse();
		assertThat(this.standing.periodOf(total, DECEMBER)).isEqualTo("total");
	}

	@Test
	void findsAKeysHardBudgetAmongOthers() {
		KeyBudget other = new KeyBudget(new ApiKeyId(UuidV7.next()), KeyPeriod.DAY, "2026-11-21", NOVEMBER, 1,
				Enforcement.HARD, NanoUsd.ZERO);
		KeyBudget own = key(KeyPeriod.TOTAL, "total", null);
		assertThat(new Standing(status(null, Enforcement.HARD, List.of(other, own)), 0).budgetOf(KEY)).isEqualTo(own);
		assertThat(new Standing(status(null, Enforcement.HARD, List.of(other)), 0).budgetOf(KEY)).isNull();
		KeyBudget soft = new KeyBudget(KEY, KeyPeriod.TOTAL, "total", null, 1, Enforcement.SOFT, NanoUsd.ZERO);
		assertThat(new Standing(status(null, Enforcement.HARD, List.of(soft)), 0).budgetOf(KEY)).isNull();
		assertThat(new Standing(status(null, Enforcement.HARD, null), 0).budgetOf(KEY)).as("an older budget-service")
			.isNull();
	}

	private static KeyBudget key(KeyPeriod kind, String period, @Nullable Instant end) {
		return new KeyBudget(KEY, kind, period, end, 1, Enforcement.HARD, NanoUsd.ZERO);
	}

	private static BudgetStatus status(@Nullable Long cents, Enforcement enforcement, @Nullable List<KeyBudget> keys) {
		return new BudgetStatus(new UserId(UuidV7.next()), 1, "Asia/Tokyo", YearMonth.of(2026, 11), DECEMBER, cents,
				(cents != null) ? Limit.CEILING : null, enforcement, new NanoUsd(7),
				Instant.parse("2026-11-14T00:00:00Z"), CYCLE_END, 10, 5, NanoUsd.ofCents(12), Map.of("/gateway/a", 3L),
				Map.of("budget", new Lines(NanoUsd.ZERO, NanoUsd.ZERO, false, 1, Map.of())), keys);
	}

}
