package dev.tallygate.budgets.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UuidV7;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BudgetTests {

	@Test
	void theSmallerOfBudgetAndCeilingBinds() {
		assertThat(budget(100L, 50L).limit(null)).isEqualTo(new BindingLimit(50, Limit.CEILING));
		assertThat(budget(50L, 100L).limit(null)).isEqualTo(new BindingLimit(50, Limit.BUDGET));
		assertThat(budget(null, 0L).limit(null)).isEqualTo(new BindingLimit(0, Limit.CEILING));
		assertThat(budget(0L, null).limit(null)).isEqualTo(new BindingLimit(0, Limit.BUDGET));
		assertThat(budget(null, null).limit(null)).isNull();
	}

	@Test
	void namesTheOwnersAmountWhenBothAreEqual() {
		assertThat(budget(50L, 50L).limit(null)).isEqualTo(new BindingLimit(50, Limit.BUDGET));
	}

	@Test
	void refusesAmountsOutOfRange() {
		assertThatIllegalArgumentException().isThrownBy(() -> budget(-1L, null));
		assertThatIllegalArgumentException().isThrownBy(() -> budget(null, Budget.MAX_CENTS + 1));
	}

	@Test
	void takesAmountsAndThresholdsUpToTheirBounds() {
		assertThat(budget(Budget.MAX_CENTS, 0L).monthlyCents()).isEqualTo(Budget.MAX_CENTS);
		assertThat(new Thresholds(List.of(1, Thresholds.HIGHEST)).percents()).containsExactly(1, Thresholds.HIGHEST);
		assertThat(new Thresholds(IntStream.rangeClosed(1, Thresholds.MAX).boxed().toList()).percents())
			.hasSize(Thresholds.MAX);
		ApiKeyId key = new ApiKeyId(UuidV7.next());
		for (long cents : new long[] { 0, Budget.MAX_CENTS }) {
			assertThat(new KeyBudget(key, cents, KeyPeriod.DAY, Enforcement.HARD, Thresholds.DEFAULT, NanoUsd.ZERO)
				.limitCents()).isEqualTo(cents);
		}
		for (long cents : new long[] { -1, Budget.MAX_CENTS + 1 }) {
			assertThatIllegalArgumentException().isThrownBy(
					() -> new KeyBudget(key, cents, KeyPeriod.DAY, Enforcement.HARD, Thresholds.DEFAULT, NanoUsd.ZERO));
		}
	}

	@Test
	void statesHaveTheirNamesOnTheWire() {
		assertThat(BudgetState.wireNames()).containsExactly("none", "ok", "warning", "critical", "exceeded");
		for (BudgetState state : BudgetState.values()) {
			assertThat(BudgetState.named(state.wireName())).isEqualTo(state);
		}
		assertThat(BudgetState.named("OK")).isNull();
	}

	@Test
	void sortsThresholdsAndRefusesWrongOnes() {
		assertThat(new Thresholds(List.of(100, 1, 50)).percents()).containsExactly(1, 50, 100);
		assertThatIllegalArgumentException().isThrownBy(() -> new Thresholds(List.of(0)));
		assertThatIllegalArgumentException().isThrownBy(() -> new Thresholds(List.of(1001)));
		assertThatIllegalArgumentException().isThrownBy(() -> new Thresholds(List.of(50, 50)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Thresholds(IntStream.rangeClosed(1, 11).boxed().toList()));
	}

	@Test
	void aThresholdIsReachedToTheNano() {
		NanoUsd cent = NanoUsd.ofCents(1);
		assertThat(Thresholds.DEFAULT.reachedBy(new NanoUsd(7_499_999), cent)).isEmpty();
		assertThat(Thresholds.DEFAULT.reachedBy(new NanoUsd(7_500_000), cent)).containsExactly(75);
		assertThat(Thresholds.DEFAULT.reachedBy(new NanoUsd(9_999_999), cent)).containsExactly(75, 90);
		assertThat(Thresholds.DEFAULT.reachedBy(cent, cent)).containsExactly(75, 90, 100);
		assertThat(Thresholds.DEFAULT.reachedBy(NanoUsd.ZERO, NanoUsd.ZERO)).containsExactly(75, 90, 100);
	}

	@Test
	void comparesExactlyWhereALongWouldOverflow() {
		NanoUsd most = new NanoUsd(Long.MAX_VALUE);
		assertThat(Thresholds.DEFAULT.reachedBy(most, NanoUsd.ofCents(Budget.MAX_CENTS))).hasSize(3);
		assertThat(Thresholds.DEFAULT.reachedBy(new NanoUsd(Long.MIN_VALUE), NanoUsd.ofCents(1))).isEmpty();
	}

	@Test
	void theStateDoesNotFollowTheThresholds() {
		NanoUsd dollar = NanoUsd.ofCents(100);
		assertThat(BudgetState.of(new NanoUsd(749_999_999), dollar)).isEqualTo(BudgetState.OK);
		assertThat(BudgetState.of(new NanoUsd(750_000_000), dollar)).isEqualTo(BudgetState.WARNING);
		assertThat(BudgetState.of(new NanoUsd(900_000_000), dollar)).isEqualTo(BudgetState.CRITICAL);
		assertThat(BudgetState.of(new NanoUsd(999_999_999), dollar)).isEqualTo(BudgetState.CRITICAL);
		assertThat(BudgetState.of(dollar, dollar)).isEqualTo(BudgetState.EXCEEDED);
		assertThat(BudgetState.of(NanoUsd.ZERO, NanoUsd.ZERO)).isEqualTo(BudgetState.EXCEEDED);
		assertThat(BudgetState.of(dollar, null)).isEqualTo(BudgetState.NONE);
	}

	private static Budget budget(@Nullable Long monthlyCents, @Nullable Long ceilingCents) {
		return new Budget(monthlyCents, ceilingCents, Enforcement.HARD, Thresholds.DEFAULT, ZoneId.of("UTC"));
	}

}
