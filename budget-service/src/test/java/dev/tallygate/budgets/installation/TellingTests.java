package dev.tallygate.budgets.installation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.budgets.account.Thresholds;
import dev.tallygate.budgets.installation.Installation.Standing;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.NanoUsd;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TellingTests {

	private final Telling telling = new Telling();

	private long version;

	@Test
	void aChangeIsToldAgainSoonAndThenNowAndThen() {
		assertThat(toldAt(100, 1L, Enforcement.HARD, 6)).containsExactly(1, 2, 4, 8, 16, 32, 57, 82);
		assertThat(toldAt(5, 1L, Enforcement.HARD, 7)).as("each change anew").containsExactly(1, 2, 4);
	}

	@Test
	void whatRefusesNobodyIsToldOnce() {
		assertThat(toldAt(1000, null, Enforcement.HARD, 6)).containsExactly(1);
		assertThat(toldAt(1000, 1L, Enforcement.SOFT, 6)).containsExactly(1);
	}

	@Test
	void whatCouldNotBeToldIsDueAtTheNextLook() {
		assertThat(toldAt(2, 1L, Enforcement.HARD, 6)).containsExactly(1, 2);
		assertThat(this.telling.isDue(standing(1L, Enforcement.HARD, 6))).isFalse();
		assertThat(this.telling.isDue(standing(1L, Enforcement.HARD, 6))).isTrue();
		assertThat(this.telling.isDue(standing(1L, Enforcement.HARD, 6))).isTrue();
		assertThat(this.telling.isDue(standing(1L, Enforcement.HARD, 7))).isTrue();
	}

	/** At which of so many looks it was told. */
	private List<Integer> toldAt(int looks, @Nullable Long cents, Enforcement enforcement, long spent) {
		List<Integer> at = new ArrayList<>();
		for (int look = 1; look <= looks; look++) {
			Standing now = standing(cents, enforcement, spent);
			if (this.telling.isDue(now)) {
				this.telling.told(now);
				at.add(look);
			}
		}
		return at;
	}

	private Standing standing(@Nullable Long cents, Enforcement enforcement, long spent) {
		return new Standing(++this.version, YearMonth.of(2026, 11), cents, enforcement, Thresholds.DEFAULT,
				new NanoUsd(spent), null, Enforcement.HARD, false);
	}

}
