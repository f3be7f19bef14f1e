package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.Limit;
import dev.tallygate.gateway.admission.Cap.Answer;
import dev.tallygate.gateway.admission.Need.How;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A limit of 100, of which 20 are counted, 10 spent here beyond that, and 30 held. */
class CapTests {

	private static final Cap LENT_50 = cap(50L);

	private static final Cap NOBODY_LENDS = cap(null);

	@Test
	void tellsWhatIsLeftOfIt() {
		assertThat(LENT_50.spent()).isEqualTo(30);
		assertThat(LENT_50.used()).isEqualTo(40);
		assertThat(LENT_50.idle()).isEqualTo(70);
		assertThat(LENT_50.free()).isEqualTo(40);
		assertThat(LENT_50.left()).as("the line is shorter").isEqualTo(10);
		assertThat(NOBODY_LENDS.left()).isEqualTo(40);
		assertThat(LENT_50.reaches(50)).isTrue();
		assertThat(LENT_50.reaches(51)).isFalse();
		assertThat(NOBODY_LENDS.reaches(Long.MAX_VALUE)).isTrue();
	}

	@Test
	void aBoundedCallFitsBorrowsWaitsOrNeverBegins() {
		assertThat(answer(LENT_50, new Need(10, 10, How.BOUNDED))).isEqualTo(Answer.FITS);
		assertThat(answer(LENT_50, new Need(11, 11, How.BOUNDED))).isEqualTo(Answer.MUST_BORROW);
		assertThat(answer(LENT_50, new Need(40, 40, How.BOUNDED))).isEqualTo(Answer.MUST_BORROW);
		assertThat(answer(LENT_50, new Need(41, 41, How.BOUNDED))).isEqualTo(Answer.MUST_WAIT);
		assertThat(answer(LENT_50, new Need(70, 70, How.BOUNDED))).isEqualTo(Answer.MUST_WAIT);
		assertThat(answer(LENT_50, new Need(71, 71, How.BOUNDED))).isEqualTo(Answer.NEVER);
		assertThat(answer(NOBODY_LENDS, new Need(40, 40, How.BOUNDED))).isEqualTo(Answer.FITS);
	}

	@Test
	void tellsWhenItsLineRunsShort() {
		assertThat(LENT_50.isLineShorterThan(10)).isFalse();
		assertThat(LENT_50.isLineShorterThan(11)).isTrue();
		assertThat(NOBODY_LENDS.isLineShorterThan(1_000_000)).isFalse();
		assertThat(LENT_50.isRunningShort()).isTrue();
		assertThat(cap(80L).isRunningShort()).as("just half of it").isFalse();
		assertThat(cap(79L).isRunningShort()).isTrue();
		assertThat(NOBODY_LENDS.isRunningShort()).isFalse();
	}

	@Test
	void nothingBeginsWhereAllIsSpent() {
		Cap spent = new Cap(Limit.BUDGET, "budget", 100, 90, 10, 0, null, null);
		assertThat(answer(spent, Need.NOTHING)).isEqualTo(Answer.NEVER);
		assertThat(answer(new Cap(Limit.BUDGET, "budget", 100, 90, 9, 0, null, null), Need.NOTHING))
			.isEqualTo(Answer.FITS);
	}

	@Test
	void whatIsLikelyTakesWhatIsFreeAndOneAtLeast() {
		assertThat(LENT_50.asked(new Need(0, 25, How.LIKELY), false)).isEqualTo(25);
		assertThat(LENT_50.asked(new Need(0, 90, How.LIKELY), false)).isEqualTo(40);
		assertThat(LENT_50.asked(new Need(0, 0, How.LIKELY), false)).isEqualTo(1);
		Cap full = new Cap(Limit.BUDGET, "budget", 100, 20, 10, 70, null, null);
		assertThat(full.asked(new Need(0, 25, How.LIKELY), false)).isEqualTo(1);
		assertThat(answer(full, new Need(0, 25, How.LIKELY))).isEqualTo(Answer.MUST_WAIT);
	}

	@Test
	void whatGrowsWantsMoreUntilItsLastChance() {
		Need need = new Need(5, 60, How.GROWING);
		assertThat(need.grows()).isTrue();
		assertThat(LENT_50.asked(need, false)).isEqualTo(60);
		assertThat(LENT_50.asked(new Need(5, 600, How.GROWING), false)).as("what is idle").isEqualTo(70);
		assertThat(LENT_50.answer(need, false)).isEqualTo(Answer.MUST_WAIT);
		assertThat(LENT_50.asked(need, true)).isEqualTo(5);
		assertThat(LENT_50.answer(need, true)).isEqualTo(Answer.FITS);
	}

	private static Answer answer(Cap cap, Need need) {
		return cap.answer(need, false);
	}

	private static Cap cap(@Nullable Long line) {
		return new Cap(Limit.BUDGET, "budget", 100, 20, 10, 30, null, line);
	}

}
