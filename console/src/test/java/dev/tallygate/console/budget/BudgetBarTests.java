package dev.tallygate.console.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetBarTests {

	private static final List<Integer> THRESHOLDS = List.of(75, 90, 100);

	@Test
	void fillsInProportion() {
		BudgetBar bar = BudgetBar.of(2_500_000_000L, 1_000, THRESHOLDS);
		assertThat(bar.filled()).isEqualTo(250);
		assertThat(bar.marks()).extracting(BudgetBar.Mark::x).containsExactly(750, 900, 1000);
	}

	@Test
	void movesTheMarksWhenTheLimitIsOverrun() {
		BudgetBar bar = BudgetBar.of(20_000_000_000L, 1_000, THRESHOLDS);
		assertThat(bar.filled()).isEqualTo(1000);
		assertThat(bar.limit()).isEqualTo(500);
		assertThat(bar.marks()).extracting(BudgetBar.Mark::x).containsExactly(375, 450, 500);
	}

	@Test
	void showsTheSmallestSpendAndNoneAtNone() {
		assertThat(BudgetBar.of(1, 1_000_000_000L, THRESHOLDS).filled()).isPositive();
		assertThat(BudgetBar.of(0, 1_000, THRESHOLDS).filled()).isZero();
	}

	@Test
	void drawsWhatIsHeldAfterTheSpendAndNotOverTheEnd() {
		assertThat(BudgetBar.of(2_500_000_000L, 2_500_000_000L, 1_000, 0, THRESHOLDS).held()).isEqualTo(500);
		assertThat(BudgetBar.of(2_500_000_000L, 1, 1_000, 0, THRESHOLDS).held()).isBetween(251, 260);
		assertThat(BudgetBar.of(2_500_000_000L, Long.MAX_VALUE, 1_000, 0, THRESHOLDS).held()).isEqualTo(1000);
		assertThat(BudgetBar.of(0, 2_500_000_000L, 1_000, 0, THRESHOLDS).heldFrom()).isZero();
		assertThat(BudgetBar.of(2_500_000_000L, 0, 1_000, 0, THRESHOLDS).held()).isZero();
	}

	@Test
	void drawsALimitOfNothing() {
		assertThat(BudgetBar.of(0, 0, THRESHOLDS).filled()).isZero();
		assertThat(BudgetBar.of(5, 0, THRESHOLDS).limit()).isZero();
		assertThat(BudgetBar.of(5, 0, THRESHOLDS).marks()).isEmpty();
	}

	@Test
	void labelsTheHighestOfMarksThatCrowd() {
		assertThat(BudgetBar.of(50_000_000_000L, 1_000, THRESHOLDS).marks()).filteredOn(BudgetBar.Mark::labelled)
			.extracting(BudgetBar.Mark::percent)
			.containsExactly(100);
	}

	@Test
	void fitsTheLargestAmounts() {
		BudgetBar bar = BudgetBar.of(Long.MAX_VALUE, 900_000_000_000L, THRESHOLDS);
		assertThat(bar.filled()).isEqualTo(1000);
		assertThat(bar.limit()).isBetween(970, 980);
	}

}
