package dev.tallygate.budgets.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.NanoUsd;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StandingTests {

	private static final ZoneId UTC = ZoneId.of("UTC");

	private static final Instant HALF = Instant.parse("2026-11-16T00:00:00Z");

	@Test
	void percentIsRoundedDownSoThat100IsNeverShownTooEarly() {
		assertThat(standing(100L, 999_999_999, HALF).percentUsed()).isEqualTo("99.99");
		assertThat(standing(100L, 1_000_000_000, HALF).percentUsed()).isEqualTo("100.00");
		assertThat(standing(100L, 450_000, HALF).percentUsed()).isEqualTo("0.04");
		assertThat(standing(100L, 0, HALF).percentUsed()).isEqualTo("0.00");
		assertThat(standing(1L, 123_456_789, HALF).percentUsed()).isEqualTo("1234.56");
	}

	@Test
	void aLimitOf0IsExceeded() {
		Standing standing = standing(0L, 0, HALF);
		assertThat(standing.state()).isEqualTo(BudgetState.EXCEEDED);
		assertThat(standing.percentUsed()).isEqualTo("100.00");
		assertThat(standing.remaining()).isEqualTo(NanoUsd.ZERO);
	}

	@Test
	void withoutALimitNothingRemainsAndNoPercentIsUsed() {
		Standing standing = standing(null, 5, HALF);
		assertThat(standing.state()).isEqualTo(BudgetState.NONE);
		assertThat(standing.percentUsed()).isNull();
		assertThat(standing.remaining()).isNull();
	}

	@Test
	void remainingNeverFallsBelow0() {
		assertThat(standing(100L, 999_999_999, HALF).remaining()).isEqualTo(new NanoUsd(1));
		assertThat(standing(100L, 2_000_000_000, HALF).remaining()).isEqualTo(NanoUsd.ZERO);
	}

	@Test
	void theForecastIsLinear() {
		assertThat(standing(null, 450_000, HALF).forecast()).isEqualTo(new NanoUsd(900_000));
		assertThat(standing(null, 0, HALF).forecast()).isEqualTo(NanoUsd.ZERO);
		assertThat(standing(null, 7, Instant.parse("2026-11-30T23:59:59.999Z")).forecast()).isEqualTo(new NanoUsd(7));
	}

	@Test
	void theFirstHourCountsAsAnHour() {
		Standing first = standing(null, 1_000, Instant.parse("2026-11-01T00:00:00.001Z"));
		assertThat(first.forecast()).isEqualTo(new NanoUsd(1_000 * 30 * 24));
	}

	@Test
	void theForecastStaysInRange() {
		assertThat(standing(null, Long.MAX_VALUE, HALF).forecast()).isEqualTo(new NanoUsd(Long.MAX_VALUE));
	}

	private static Standing standing(@Nullable Long cents, long spent, Instant at) {
		Budget budget = new Budget(cents, null, Enforcement.HARD, Thresholds.DEFAULT, UTC);
		return new Standing(budget, BudgetPeriod.containing(at, UTC), new NanoUsd(spent), at);
	}

}
