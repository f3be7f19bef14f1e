package dev.tallygate.gateway.admission;

import static dev.tallygate.gateway.admission.AccountScene.BORROW_AGAIN;
import static dev.tallygate.gateway.admission.AccountScene.CENT;
import static dev.tallygate.gateway.admission.AccountScene.DECEMBER;
import static dev.tallygate.gateway.admission.AccountScene.NOW;
import static dev.tallygate.gateway.admission.AccountScene.SOURCE;
import static dev.tallygate.gateway.admission.AccountScene.admitted;
import static dev.tallygate.gateway.admission.AccountScene.over;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyBudget;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.events.BudgetStatus.Lines;
import dev.tallygate.events.Credential;
import dev.tallygate.events.InstallationStatus;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.AccountScene.Waiting;
import dev.tallygate.gateway.admission.AdmissionOutcome.Denied;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What one account asks budget-service to lend it, and what it gives back, by hand.
 */
class AccountLinesTests {

	private static final String BUDGET = BudgetStatus.BUDGET_SCOPE;

	private AccountScene scene = lending(new AccountScene());

	private static AccountScene lending(AccountScene scene) {
		scene.session = 7;
		return scene;
	}

	@AfterEach
	void nobodyKeepsTheLock() throws Exception {
		this.scene.isFree();
	}

	@Test
	void spendsItsOwnLineAndNoMore() {
		line(500, false);
		assertThat(over(this.scene.admit(this.scene.bounded(501))).shouldRetry()).isTrue();
		admitted(this.scene.admit(this.scene.bounded(500)));
		assertThat(this.scene.account.lent()).isEqualTo(500);
	}

	@Test
	void withoutALineOfItsOwnItSpendsTheSlice() {
		this.scene.account.update(this.scene.lent(Map.of(BUDGET, slice(300, 900, false, 7))), 0);
		assertThat(over(this.scene.admit(this.scene.bounded(301))).shouldRetry()).isTrue();
		admitted(this.scene.admit(this.scene.bounded(300)));
		assertThat(this.scene.account.lent()).as("by name").isZero();
	}

	@Test
	void aLineOfASessionBeforeIsNone() {
		this.scene.account.update(this.scene
			.lent(Map.of(BUDGET, new Lines(new NanoUsd(300), NanoUsd.ZERO, true, 6, Map.of(SOURCE, new NanoUsd(500))))),
				0);
		assertThat(over(this.scene.admit(this.scene.bounded(1))).shouldRetry()).isTrue();
		assertThat(this.scene.account.lent()).isZero();
		assertThat(this.scene.asksForLine()).as("and nothing is kept of it").isEqualTo(1);
	}

	@Test
	void nothingIsSpentBeforeThisProcessIsKnown() {
		this.scene.session = 0;
		line(500, true);
		admitted(this.scene.admit(this.scene.bounded(0))).release();
		assertThat(this.scene.asks()).as("nothing is kept for it either").isEmpty();
		assertThat(((Denied) this.scene.admit(this.scene.bounded(1))).refusal())
			.isInstanceOf(Refusal.BudgetUnavailable.class);
		this.scene.session = 7;
		assertThat(over(this.scene.admit(this.scene.bounded(1))).shouldRetry()).isTrue();
		line(500, false);
		admitted(this.scene.admit(this.scene.bounded(1)));
	}

	@Test
	void withNobodyToLendOnlyTheLimitHolds() {
		this.scene.session = Lender.NOBODY;
		line(500, true);
		admitted(this.scene.admit(this.scene.bounded(CENT)));
		assertThat(this.scene.asks()).isEmpty();
		assertThat(this.scene.asked).isEmpty();
	}

	@Test
	void whatWasMissedIsAskedForOnce() {
		line(500, false);
		admitted(this.scene.admit(this.scene.bounded(100)));
		over(this.scene.admit(this.scene.bounded(600)));
		over(this.scene.admit(this.scene.bounded(450)));
		assertThat(this.scene.asked).contains(this.scene.account);
		List<Ask> asks = this.scene.asks();
		BudgetStatus known = Objects.requireNonNull(this.scene.account.status());
		assertThat(asks).containsExactly(new Ask(this.scene.user, BUDGET, "2026-11", known.version(), 1, 700));
		assertThat(this.scene.account.mustAskAgain(NOW)).as("until it is answered").isTrue();
		assertThat(answered(asks.getFirst(), 700)).isTrue();
		assertThat(this.scene.account.mustAskAgain(NOW)).isFalse();
		assertThat(this.scene.asks()).isEmpty();
		admitted(this.scene.admit(this.scene.bounded(600)));
	}

	@Test
	void whileAnAskIsUnderWayItAsksForWhatIsInUse() {
		line(500, false);
		admitted(this.scene.admit(this.scene.bounded(100)));
		over(this.scene.admit(this.scene.bounded(600)));
		Ask more = this.scene.asks().getFirst();
		assertThat(more.line()).isEqualTo(700);
		Ask used = this.scene.asks().getFirst();
		assertThat(used.line()).isEqualTo(100);
		answered(more, 700);
		assertThat(over(this.scene.admit(this.scene.bounded(1))).shouldRetry()).as("the later one may arrive yet")
			.isTrue();
		answered(used, 100);
		assertThat(this.scene.asksForLine()).isEqualTo(101);
	}

	@Test
	void whoeverIsRefusedForWantOfALineLetsTheLenderKnow() {
		this.scene = lending(new AccountScene(Duration.ofMillis(1)));
		line(500, false);
		assertThat(over(this.scene.admit(this.scene.bounded(600))).shouldRetry()).isTrue();
		assertThat(this.scene.asked).as("when it began to wait, and that it was in vain").hasSize(2);
	}

	@Test
	void anAnswerThatIsOlderThanAStatusEndsAPromiseAllTheSame() throws Exception {
		this.scene = lending(new AccountScene(Duration.ofSeconds(20)));
		line(500, true);
		admitted(this.scene.admit(this.scene.bounded(100)));
		Ask less = this.scene.asks().getFirst();
		BudgetStatus answer = this.scene.lent(Map.of(BUDGET, this.scene.mine(100, false)));
		line(500, false);
		Waiting waiting = this.scene.waits(this.scene.bounded(300));
		assertThat(this.scene.account.answered(less, answer, NOW)).isTrue();
		assertThat(admitted(waiting.outcome()).nanos()).isEqualTo(300);
	}

	@Test
	void whatWasMissedAndFitsMeanwhileIsNotAskedFor() {
		line(500, false);
		over(this.scene.admit(this.scene.bounded(501)));
		line(501, false);
		assertThat(this.scene.asks()).isEmpty();
	}

	@Test
	void anAnswerThatIsShortIsAskedForAgainInTime() {
		line(0, false);
		over(this.scene.admit(this.scene.bounded(600)));
		Ask ask = this.scene.asks().getFirst();
		assertThat(answered(ask, 599)).isFalse();
		over(this.scene.admit(this.scene.bounded(600)));
		this.scene.pass(BORROW_AGAIN.minusNanos(1));
		assertThat(this.scene.asks()).isEmpty();
		this.scene.pass(Duration.ofNanos(1));
		assertThat(this.scene.asksForLine()).isEqualTo(600);
	}

	@Test
	void thoseWhoWaitAskForAllTheyNeedAndThenForOneAtATime() throws Exception {
		this.scene = lending(new AccountScene(Duration.ofSeconds(20)));
		line(0, false);
		Waiting first = this.scene.waits(this.scene.bounded(300));
		assertThat(this.scene.asked).hasSize(1);
		Waiting second = this.scene.waits(this.scene.bounded(200));
		Ask both = this.scene.asks().getFirst();
		assertThat(both.line()).isEqualTo(500);
		assertThat(answered(both, 0)).isFalse();
		assertThat(this.scene.account.mustAskAgain(NOW)).isTrue();
		this.scene.pass(BORROW_AGAIN);
		Ask least = this.scene.asks().getFirst();
		assertThat(least.line()).isEqualTo(200);
		this.scene.pass(Duration.ofMillis(5));
		assertThat(answered(least, 200)).isTrue();
		assertThat(admitted(second.outcome()).nanos()).isEqualTo(200);
		Ask rest = this.scene.asks().getFirst();
		assertThat(rest.line()).isEqualTo(500);
		assertThat(answered(rest, 500)).isTrue();
		assertThat(admitted(first.outcome()).nanos()).isEqualTo(300);
		assertThat(this.scene.account.mustAskAgain(NOW)).isFalse();
		long waited = BORROW_AGAIN.plusMillis(5).toNanos();
		assertThat(this.scene.waits).containsExactly("true " + waited, "true " + waited);
	}

	@Test
	void aLineThatIsTooShortForWhatIsOpenIsNoNeedOfItsOwn() throws Exception {
		this.scene = lending(new AccountScene(Duration.ofSeconds(20)));
		line(200, false);
		admitted(this.scene.admit(this.scene.bounded(200)));
		Waiting waiting = this.scene.waits(this.scene.bounded(300));
		assertThat(answered(this.scene.asks().getFirst(), 100)).isFalse();
		this.scene.pass(BORROW_AGAIN);
		Ask again = this.scene.asks().getFirst();
		assertThat(again.line()).isEqualTo(500);
		answered(again, 500);
		assertThat(admitted(waiting.outcome()).nanos()).isEqualTo(300);
	}

	@Test
	void allThatWaitAskForNoMoreThanIsLeft() throws Exception {
		this.scene = lending(new AccountScene(Duration.ofSeconds(20)));
		this.scene.account
			.update(this.scene.status(1L, CENT - 400, Map.of(), Map.of(BUDGET, this.scene.mine(0, false)), null), 0);
		Waiting first = this.scene.waits(this.scene.bounded(300));
		Waiting second = this.scene.waits(this.scene.bounded(200));
		assertThat(this.scene.asksForLine()).isEqualTo(400);
		this.scene.account.update(this.scene.status(null, 0, Map.of(), null, null), 0);
		admitted(first.outcome());
		admitted(second.outcome());
	}

	@Test
	void aCallThatIsNotPricedNeedsNoLine() throws Exception {
		this.scene = lending(new AccountScene(Duration.ofSeconds(20)));
		credits(100);
		Reservation call = admitted(this.scene.admit(this.scene.onSystemKey(100)));
		credits(0);
		Wish unpriced = new Wish(this.scene.user, null, "p", "unpriced", null, Credential.SYSTEM, 1, null, 1, false,
				NOW);
		Waiting waiting = this.scene.waits(unpriced);
		assertThat(this.scene.asksForLine()).as("ahead, for the call that is open").isEqualTo(200);
		call.release();
		admitted(waiting.outcome());
	}

	@Test
	void whoeverWaitsIsToldWhenBudgetServiceIsAway() throws Exception {
		this.scene = lending(new AccountScene(Duration.ofSeconds(20)));
		line(0, false);
		Waiting waiting = this.scene.waits(this.scene.bounded(300));
		this.scene.asks();
		this.scene.away = true;
		this.scene.account.lenderIsAway();
		assertThat(((Denied) waiting.outcome()).refusal()).isInstanceOf(Refusal.BudgetUnavailable.class);
		assertThat(this.scene.waits).containsExactly("false 0");
	}

	@Test
	void whatOthersWantIsGivenBackButForWhatIsInUse() {
		line(500, false);
		Reservation call = admitted(this.scene.admit(this.scene.bounded(100)));
		assertThat(this.scene.asks()).isEmpty();
		this.scene.asked.clear();
		line(500, true);
		assertThat(this.scene.asked).as("with the status").hasSize(1);
		Ask less = this.scene.asks().getFirst();
		assertThat(less.line()).isEqualTo(100);
		assertThat(over(this.scene.admit(this.scene.bounded(1))).shouldRetry()).as("promised").isTrue();
		this.scene.asked.clear();
		call.post(this.scene.posted(1, 60), null);
		assertThat(this.scene.asked).as("when a call ends").hasSize(1);
		assertThat(this.scene.asksForLine()).isEqualTo(60);
		Reservation empty = admitted(this.scene.admit(this.scene.bounded(0)));
		this.scene.asked.clear();
		empty.release();
		assertThat(this.scene.asked).as("also when it cost nothing").hasSize(1);
	}

	@Test
	void whoeverGaveBackAsksForMoreAtOnceAllTheSame() {
		line(500, true);
		admitted(this.scene.admit(this.scene.bounded(100)));
		assertThat(this.scene.asksForLine()).isEqualTo(100);
		over(this.scene.admit(this.scene.bounded(600)));
		assertThat(this.scene.asksForLine()).isEqualTo(700);
	}

	@Test
	void whatIsInUseIsNotGivenBack() {
		line(500, false);
		admitted(this.scene.admit(this.scene.bounded(500)));
		line(500, true);
		assertThat(this.scene.asks()).isEmpty();
		line(501, true);
		assertThat(this.scene.asksForLine()).isEqualTo(500);
	}

	@Test
	void whatBudgetServiceKeepsForANamelessGatewayIsGivenBackToo() {
		this.scene.account.update(this.scene.lent(Map.of(BUDGET, slice(0, 0, true, 7))), 0);
		admitted(this.scene.admit(this.scene.bounded(0)));
		assertThat(this.scene.asks()).as("nothing is kept").isEmpty();
		this.scene.account.update(this.scene.lent(Map.of(BUDGET, slice(0, 300, true, 7))), 0);
		assertThat(this.scene.asksForLine()).isZero();
	}

	@Test
	void whatIsKeptForAGatewayThatServedNobodyIsGivenBackWhenOthersWantIt() {
		this.scene.account.update(this.scene.lent(Map.of(BUDGET, slice(0, 300, false, 7))), 0);
		assertThat(this.scene.asked).as("nobody wants it").isEmpty();
		assertThat(this.scene.asks()).isEmpty();
		this.scene.account.update(this.scene.lent(Map.of(BUDGET, slice(0, 300, true, 7))), 0);
		assertThat(this.scene.asked).containsExactly(this.scene.account);
		List<Ask> asks = this.scene.asks();
		assertThat(asks).extracting(Ask::scope, Ask::line).containsExactly(tuple(BUDGET, 0L));
		assertThat(this.scene.account.mustAskAgain(NOW)).as("until it is answered").isTrue();
		assertThat(over(this.scene.admit(this.scene.bounded(1))).shouldRetry()).as("promised").isTrue();
		this.scene.asked.clear();
		answered(asks.getFirst(), 0, true);
		assertThat(this.scene.account.mustAskAgain(NOW)).isFalse();
	}

	@Test
	void nothingIsAskedForAUserOfWhomNothingIsKept() {
		this.scene.account.update(this.scene.lent(Map.of(BUDGET, slice(0, 0, true, 7))), 0);
		line(0, true);
		this.scene.session = Lender.NOBODY;
		this.scene.account.update(this.scene.lent(Map.of(BUDGET, slice(0, 300, true, 7))), 0);
		assertThat(this.scene.asked).isEmpty();
		assertThat(this.scene.asks()).isEmpty();
	}

	@Test
	void aLimitOfAKindThatOnlyANewerBudgetServiceKnowsIsLeftAlone() {
		this.scene.account
			.update(this.scene.lent(Map.of("team", this.scene.mine(500, true), BUDGET, this.scene.mine(500, true))), 0);
		assertThat(this.scene.asks()).extracting(Ask::scope).containsExactly(BUDGET);
	}

	@Test
	void whatTheProcessBeforeBorrowedIsGivenBackButForWhatItsCallsCost() {
		EarlierCalls earlier = new EarlierCalls();
		earlier.add(this.scene.posted(1, 60));
		this.scene.account.recovered(Objects.requireNonNull(earlier.byUser().get(this.scene.user)));
		line(500, true);
		assertThat(this.scene.asked).containsExactly(this.scene.account);
		assertThat(this.scene.asksForLine()).isEqualTo(60);
	}

	@Test
	void whatIsWantedBeforeThisProcessIsKnownIsGivenBackOnceItIs() {
		this.scene.session = 0;
		this.scene.account.update(this.scene
			.lent(Map.of(BUDGET, new Lines(NanoUsd.ZERO, NanoUsd.ZERO, true, 7, Map.of(SOURCE, new NanoUsd(500))))), 0);
		assertThat(this.scene.asked).containsExactly(this.scene.account);
		assertThat(this.scene.asks()).isEmpty();
		this.scene.session = 7;
		assertThat(this.scene.asksForLine()).isZero();
	}

	@Test
	void whoeverMadeNoCallGivesBackWhatIsKeptOfASliceOrByName() {
		this.scene.pass(Duration.ofMinutes(2));
		this.scene.account.update(this.scene.lent(Map.of(BUDGET, slice(300, 0, false, 7))), 0);
		assertThat(this.scene.account.isIdleFor(Duration.ofMinutes(1))).as("what all have unasked").isFalse();
		assertThat(this.scene.returns(true)).isEmpty();
		this.scene.account.update(this.scene.lent(Map.of(BUDGET, slice(0, 300, false, 7))), 0);
		assertThat(this.scene.account.isIdleFor(Duration.ofMinutes(1))).isTrue();
		List<Ask> asks = this.scene.returns(false);
		assertThat(asks).extracting(Ask::line).containsExactly(0L);
		answered(asks.getFirst(), 0);
		assertThat(this.scene.returns(true)).isEmpty();
		this.scene = lending(new AccountScene());
		this.scene.pass(Duration.ofMinutes(2));
		line(500, false);
		assertThat(this.scene.account.isIdleFor(Duration.ofMinutes(1))).isTrue();
		assertThat(this.scene.returns(true)).extracting(Ask::line).containsExactly(0L);
	}

	@Test
	void whileThereIsTooLittleItAsksAndGivesBackByTurns() {
		line(500, true);
		admitted(this.scene.admit(this.scene.bounded(100)));
		over(this.scene.admit(this.scene.bounded(600)));
		Ask more = this.scene.asks().getFirst();
		assertThat(more.line()).isEqualTo(700);
		assertThat(answered(more, 500, true)).isFalse();
		over(this.scene.admit(this.scene.bounded(600)));
		assertThat(this.scene.asksForLine()).as("nothing may be asked for yet").isEqualTo(100);
	}

	@Test
	void whoWaitsKeepsWhatItHasUntilItIsTimeToAskAgain() throws Exception {
		this.scene = lending(new AccountScene(Duration.ofSeconds(20)));
		line(500, true);
		admitted(this.scene.admit(this.scene.bounded(100)));
		Waiting waiting = this.scene.waits(this.scene.bounded(600));
		Ask more = this.scene.asks().getFirst();
		assertThat(more.line()).isEqualTo(700);
		answered(more, 500, true);
		assertThat(this.scene.asks()).isEmpty();
		this.scene.pass(BORROW_AGAIN);
		Ask less = this.scene.asks().getFirst();
		assertThat(less.line()).as("for the other one that wants").isEqualTo(100);
		Ask again = this.scene.asks().getFirst();
		assertThat(again.line()).as("its answer was lost").isEqualTo(700);
		answered(again, 700, true);
		assertThat(admitted(waiting.outcome()).nanos()).isEqualTo(600);
	}

	@Test
	void whenMoreThanHalfIsInUseMoreIsAskedForAhead() {
		line(500, false);
		admitted(this.scene.admit(this.scene.bounded(250)));
		admitted(this.scene.admit(this.scene.bounded(1)));
		assertThat(this.scene.asked).as("half is not more").isEmpty();
		assertThat(this.scene.asksForLine()).isEqualTo(502);
	}

	@Test
	void aheadIsAskedForWithTheNextCall() {
		line(500, false);
		admitted(this.scene.admit(this.scene.bounded(300)));
		assertThat(this.scene.asked).isEmpty();
		admitted(this.scene.admit(this.scene.bounded(10)));
		assertThat(this.scene.asked).containsExactly(this.scene.account);
		Ask ask = this.scene.asks().getFirst();
		assertThat(ask.line()).as("as much again").isEqualTo(620);
		assertThat(answered(ask, 500)).isFalse();
		this.scene.asked.clear();
		this.scene.pass(BORROW_AGAIN.multipliedBy(8).minusNanos(1));
		admitted(this.scene.admit(this.scene.bounded(1)));
		assertThat(this.scene.asked).as("more seldom than what is needed").isEmpty();
		assertThat(this.scene.asks()).isEmpty();
		this.scene.pass(Duration.ofNanos(1));
		admitted(this.scene.admit(this.scene.bounded(1)));
		assertThat(this.scene.asked).hasSize(1);
		assertThat(this.scene.asksForLine()).isEqualTo(624);
	}

	@Test
	void aheadNoMoreIsAskedForThanIsLeft() {
		this.scene.account
			.update(this.scene.status(1L, CENT - 600, Map.of(), Map.of(BUDGET, this.scene.mine(500, false)), null), 0);
		admitted(this.scene.admit(this.scene.bounded(400)));
		assertThat(this.scene.asksForLine()).isEqualTo(600);
		this.scene = lending(new AccountScene());
		this.scene.account
			.update(this.scene.status(1L, CENT - 500, Map.of(), Map.of(BUDGET, this.scene.mine(500, false)), null), 0);
		admitted(this.scene.admit(this.scene.bounded(400)));
		assertThat(this.scene.asks()).as("the line is the limit").isEmpty();
	}

	@Test
	void aStreamThatRunsOutAsksForItsNextStep() {
		line(110, false);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		call.delivered(50);
		assertThat(this.scene.asked).containsExactly(this.scene.account);
		assertThat(this.scene.account.mustAskAgain(NOW)).isTrue();
		Ask ask = this.scene.asks().getFirst();
		assertThat(ask.line()).isEqualTo(210);
		assertThat(answered(ask, 210)).isTrue();
		assertThat(call.nanos()).as("served with the answer").isEqualTo(210);
		assertThat(this.scene.account.mustAskAgain(NOW)).isFalse();
	}

	@Test
	void aStepIsThatOfAllChoices() {
		line(210, false);
		Reservation call = admitted(
				this.scene.admit(this.scene.wish(null, Credential.USER, 10, 128_000L, 2, true, NOW)));
		call.delivered(100);
		assertThat(this.scene.asksForLine()).isEqualTo(410);
	}

	@Test
	void aStreamThatWillSoonRunOutAsksAhead() {
		line(500, false);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		call.delivered(50);
		call.delivered(150);
		assertThat(this.scene.asked).isEmpty();
		call.delivered(250);
		assertThat(this.scene.asked).containsExactly(this.scene.account);
		assertThat(call.nanos()).isEqualTo(410);
	}

	@Test
	void aStreamThatRunsOutSoonAfterAShortAnswerAsksAllTheSame() {
		line(110, false);
		over(this.scene.admit(this.scene.bounded(300)));
		answered(this.scene.asks().getFirst(), 110);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		this.scene.pass(BORROW_AGAIN);
		this.scene.asked.clear();
		call.delivered(50);
		assertThat(this.scene.asked).as("it is needed now").isNotEmpty();
		assertThat(this.scene.asksForLine()).isEqualTo(210);
	}

	@Test
	void aStreamThatRunsOutAsksForNoMoreThanIsLeft() {
		this.scene.account
			.update(this.scene.status(1L, CENT - 150, Map.of(), Map.of(BUDGET, this.scene.mine(110, false)), null), 0);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		call.delivered(50);
		assertThat(this.scene.asksForLine()).isEqualTo(150);
	}

	@Test
	void aStreamThatRunsOutAsksForNothingThatLimitsOthersOnly() {
		ApiKeyId other = new ApiKeyId(UuidV7.next());
		String scope = BudgetStatus.KEY_SCOPE + other;
		this.scene.account.update(this.scene.status(1L, CENT - 110, Map.of(),
				Map.of(BUDGET, this.scene.mine(110, false), scope, this.scene.mine(400, false)),
				List.of(keyBudget(other))), 0);
		assertThat(over(this.scene.admit(this.scene.wish(other, Credential.USER, 0, 500L, 1, false, NOW))).limit())
			.isEqualTo(Limit.BUDGET);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		this.scene.asked.clear();
		call.delivered(50);
		assertThat(this.scene.asked).isEmpty();
		assertThat(this.scene.asks()).isEmpty();
		assertThat(this.scene.account.mustAskAgain(NOW)).as("nobody could help").isFalse();
	}

	@Test
	void whatIsPromisedOfALimitThatIsGoneIsNotAskedForever() {
		line(500, true);
		admitted(this.scene.admit(this.scene.bounded(100)));
		assertThat(this.scene.asksForLine()).isEqualTo(100);
		this.scene.account.update(this.scene.status(null, 0, Map.of(), Map.of(), null), 0);
		assertThat(this.scene.asks()).isEmpty();
		assertThat(this.scene.account.mustAskAgain(NOW)).as("there is nothing to ask about").isFalse();
		line(500, false);
		assertThat(over(this.scene.admit(this.scene.bounded(1))).shouldRetry()).as("it may have been lent elsewhere")
			.isTrue();
		assertThat(this.scene.account.mustAskAgain(NOW)).isTrue();
		assertThat(this.scene.asksForLine()).isEqualTo(101);
	}

	@Test
	void whatTheProcessBeforeWasLentIsLentStill() {
		line(500, false);
		assertThat(this.scene.account.lent()).as("before the first call").isEqualTo(500);
		this.scene.session = Lender.NOBODY;
		assertThat(this.scene.account.lent()).isZero();
	}

	@Test
	void everyLimitIsAskedForInItsOwnPeriod() {
		KeyBudget budget = keyBudget(this.scene.key);
		String scope = BudgetStatus.KEY_SCOPE + this.scene.key;
		this.scene.account.update(this.scene.status(1L, 0, Map.of(), Map.of(BUDGET, this.scene.mine(500, true), scope,
				this.scene.mine(500, true), BudgetStatus.CREDITS_SCOPE, this.scene.mine(500, true)), List.of(budget)),
				0);
		admitted(this.scene.admit(this.scene.wish(this.scene.key, Credential.SYSTEM, 0, 100L, 1, false, NOW)));
		assertThat(this.scene.account.lent()).isEqualTo(1500);
		assertThat(this.scene.asks()).extracting(Ask::scope, Ask::period, Ask::line)
			.containsExactlyInAnyOrder(tuple(BUDGET, "2026-11", 100L),
					tuple(BudgetStatus.CREDITS_SCOPE, "2026-11-01T00:00:00Z", 100L), tuple(scope, "2026-11-21", 100L));
	}

	@Test
	void aKeyWhoseBudgetIsGoneHasNothingToAsk() {
		String scope = BudgetStatus.KEY_SCOPE + this.scene.key;
		this.scene.account.update(this.scene.status(null, 0, Map.of(), Map.of(scope, this.scene.mine(500, true)),
				List.of(keyBudget(this.scene.key))), 0);
		admitted(this.scene.admit(this.scene.wish(this.scene.key, Credential.USER, 0, 100L, 1, false, NOW)));
		this.scene.account.update(this.scene.status(null, 0, Map.of(), Map.of(scope, this.scene.mine(500, true)), null),
				0);
		assertThat(this.scene.asks()).isEmpty();
		assertThat(this.scene.account.mustAskAgain(NOW)).isFalse();
		assertThat(this.scene.account.answered(new Ask(this.scene.user, scope, "2026-11-21", 1, 1, 5),
				this.scene.status(null, 0, Map.of(), null, null), NOW))
			.isFalse();
	}

	@Test
	void whenAMonthIsOverNothingOfItsLineIsSpent() {
		line(500, false);
		assertThat(over(this.scene.admit(this.scene.wish(null, Credential.USER, 0, 10L, 1, false, DECEMBER)))
			.shouldRetry()).isTrue();
		List<Ask> asks = this.scene.account.asks(() -> 1, DECEMBER);
		assertThat(asks).extracting(Ask::period).containsExactly("2026-12");
		assertThat(asks).extracting(Ask::line).containsExactly(10L);
	}

	@Test
	void theDefaultCeilingIsBorrowedOfTooBeforeAStatusIsKnown() {
		this.scene.installation.update(new InstallationStatus(1, AccountScene.MONTH, DECEMBER, null, Enforcement.HARD,
				NanoUsd.ZERO, 1L, Enforcement.HARD));
		Refusal.OverLimit refusal = over(this.scene.admit(this.scene.bounded(10)));
		assertThat(refusal.limit()).isEqualTo(Limit.DEFAULT);
		assertThat(refusal.shouldRetry()).as("first it must be asked for").isTrue();
		List<Ask> asks = this.scene.asks();
		assertThat(asks).containsExactly(new Ask(this.scene.user, BUDGET, "2026-11", 0, 1, 10));
		assertThat(this.scene.account.answered(asks.getFirst(), null, NOW)).as("there is no such user").isFalse();
		admitted(this.scene.admit(this.scene.bounded(10)));
	}

	@Test
	void whatIsNotInUseIsGivenBackButForTheSlice() {
		this.scene.account.update(this.scene.lent(
				Map.of(BUDGET, new Lines(new NanoUsd(200), NanoUsd.ZERO, false, 7, Map.of(SOURCE, new NanoUsd(500))))),
				0);
		Reservation call = admitted(this.scene.admit(this.scene.bounded(100)));
		assertThat(this.scene.returns(false)).extracting(Ask::line).containsExactly(200L);
		assertThat(this.scene.returns(true)).extracting(Ask::line).containsExactly(100L);
		call.release();
		assertThat(this.scene.returns(true)).extracting(Ask::line).containsExactly(0L);
	}

	@Test
	void aLineThatIsInUseIsNotGivenBack() {
		line(100, false);
		admitted(this.scene.admit(this.scene.bounded(100)));
		assertThat(this.scene.returns(true)).isEmpty();
		line(101, false);
		assertThat(this.scene.returns(true)).extracting(Ask::line).containsExactly(100L);
	}

	@Test
	void whoBorrowsAndMakesNoCallIsIdle() {
		this.scene.pass(Duration.ofMinutes(1));
		assertThat(this.scene.account.isIdleFor(Duration.ofSeconds(1))).as("borrows nothing").isFalse();
		line(500, false);
		Reservation call = admitted(this.scene.admit(this.scene.bounded(100)));
		this.scene.pass(Duration.ofMinutes(1));
		assertThat(this.scene.account.isIdleFor(Duration.ZERO)).as("a call is open").isFalse();
		call.release();
		assertThat(this.scene.account.isIdleFor(Duration.ofSeconds(1))).as("it has just ended").isFalse();
		this.scene.pass(Duration.ofSeconds(1));
		assertThat(this.scene.account.isIdleFor(Duration.ofSeconds(1))).isFalse();
		this.scene.pass(Duration.ofNanos(1));
		assertThat(this.scene.account.isIdleFor(Duration.ofSeconds(1))).isTrue();
		admitted(this.scene.admit(this.scene.bounded(100))).post(this.scene.posted(1, 5), null);
		assertThat(this.scene.account.isIdleFor(Duration.ofSeconds(1))).isFalse();
	}

	/** A budget of a cent of which nothing is spent, and this gateway's line. */
	private void line(long nanos, boolean wanted) {
		this.scene.account.update(this.scene.lent(Map.of(BUDGET, this.scene.mine(nanos, wanted))), 0);
	}

	/** No budget, and this gateway's line of the credits. */
	private void credits(long nanos) {
		this.scene.account.update(this.scene.status(null, 0, Map.of(),
				Map.of(BudgetStatus.CREDITS_SCOPE, this.scene.mine(nanos, false)), null), 0);
	}

	private boolean answered(Ask ask, long line) {
		return answered(ask, line, false);
	}

	private boolean answered(Ask ask, long line, boolean wanted) {
		return this.scene.account.answered(ask, this.scene.lent(Map.of(BUDGET, this.scene.mine(line, wanted))), NOW);
	}

	private Lines slice(long slice, long recalled, boolean wanted, long epoch) {
		return new Lines(new NanoUsd(slice), new NanoUsd(recalled), wanted, epoch, Map.of());
	}

	private static KeyBudget keyBudget(ApiKeyId key) {
		return new KeyBudget(key, KeyPeriod.DAY, "2026-11-21", NOW.plus(Duration.ofHours(12)), 1, Enforcement.HARD,
				NanoUsd.ZERO);
	}

}
