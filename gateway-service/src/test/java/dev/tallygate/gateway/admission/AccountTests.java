package dev.tallygate.gateway.admission;

import static dev.tallygate.gateway.admission.AccountScene.CENT;
import static dev.tallygate.gateway.admission.AccountScene.DECEMBER;
import static dev.tallygate.gateway.admission.AccountScene.MONTH;
import static dev.tallygate.gateway.admission.AccountScene.NOW;
import static dev.tallygate.gateway.admission.AccountScene.SOURCE;
import static dev.tallygate.gateway.admission.AccountScene.STEP;
import static dev.tallygate.gateway.admission.AccountScene.admitted;
import static dev.tallygate.gateway.admission.AccountScene.over;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyBudget;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.events.Credential;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.AccountScene.Waiting;
import dev.tallygate.gateway.admission.AdmissionOutcome.Admitted;
import dev.tallygate.gateway.admission.AdmissionOutcome.Denied;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * One account on its own: what it takes for spent, who waits, and who goes first.
 */
class AccountTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private AccountScene scene = new AccountScene();

	@AfterEach
	void nobodyKeepsTheLock() throws Exception {
		this.scene.isFree();
	}

	@Test
	void theLatestOfTwoStatusesOfAVersionCounts() {
		BudgetStatus answer = this.scene.status(1L, 0, Map.of(), null, null);
		this.scene.account.update(answer, -1);
		assertThat(this.scene.account.partition()).as("an answer comes from no partition").isEqualTo(-1);
		this.scene.account.update(answer, 3);
		assertThat(this.scene.account.partition()).isEqualTo(3);
		this.scene.account.update(this.scene.status(1L, 0, Map.of(), null, null), -1);
		assertThat(this.scene.account.partition()).as("the last one known").isEqualTo(3);
		this.scene.account.update(answer, 5);
		assertThat(this.scene.account.partition()).as("an older status").isEqualTo(3);
		this.scene.account.update(this.scene.status(1L, 0, Map.of(), null, null), 0);
		assertThat(this.scene.account.partition()).isZero();
		this.scene.account.forget();
		assertThat(this.scene.account.partition()).isEqualTo(-1);
		assertThat(this.scene.account.status()).isNull();
	}

	@Test
	void nobodyWillCountTheCallsOfAStrangerAfterTenMinutes() {
		admitted(this.scene.admit(this.scene.bounded(10))).post(this.scene.posted(5, 10), null);
		assertThat(this.scene.account.firstUncounted(true)).isEqualTo(5);
		this.scene.pass(Duration.ofMinutes(10));
		assertThat(this.scene.account.firstUncounted(true)).isEqualTo(5);
		this.scene.pass(Duration.ofNanos(1));
		assertThat(this.scene.account.firstUncounted(true)).isZero();
		assertThat(this.scene.account.firstUncounted(false)).as("while budget-service is away").isEqualTo(5);
		admitted(this.scene.admit(this.scene.bounded(10))).post(this.scene.posted(6, 10), null);
		assertThat(this.scene.account.firstUncounted(true)).as("from the last of them").isEqualTo(5);
		this.scene.pass(Duration.ofHours(1));
		this.scene.left(100);
		assertThat(this.scene.account.firstUncounted(true)).as("known").isEqualTo(5);
	}

	@Test
	void tellsWhetherCallsAreOpen() {
		assertThat(this.scene.account.mayHaveOpenCalls()).isFalse();
		Reservation call = admitted(this.scene.admit(this.scene.bounded(10)));
		assertThat(this.scene.account.mayHaveOpenCalls()).isTrue();
		call.release();
		assertThat(this.scene.account.mayHaveOpenCalls()).isFalse();
	}

	@Test
	void timesTheCountingOfOneCallAtATime() {
		admitted(this.scene.admit(this.scene.bounded(1))).post(this.scene.posted(PostedCall.NEVER_COUNTED, 1), null);
		this.scene.pass(Duration.ofMillis(1));
		admitted(this.scene.admit(this.scene.bounded(1))).post(this.scene.posted(7, 1), null);
		this.scene.pass(Duration.ofMillis(2));
		admitted(this.scene.admit(this.scene.bounded(1))).post(this.scene.posted(8, 1), null);
		this.scene.account.update(this.scene.status(1L, 0, Map.of(SOURCE, 6L), null, null), 0);
		assertThat(this.scene.countedAfter).isEmpty();
		this.scene.pass(Duration.ofMillis(4));
		this.scene.account.update(this.scene.status(1L, 0, Map.of(SOURCE, 7L), null, null), 0);
		this.scene.pass(Duration.ofMillis(1));
		this.scene.account.update(this.scene.status(1L, 0, Map.of(SOURCE, 8L), null, null), 0);
		assertThat(this.scene.countedAfter).containsExactly(Duration.ofMillis(6).toNanos());
		admitted(this.scene.admit(this.scene.bounded(1))).post(this.scene.posted(9, 1), null);
		this.scene.pass(Duration.ofMillis(8));
		this.scene.account.update(this.scene.status(1L, 0, Map.of(SOURCE, 12L), null, null), 0);
		assertThat(this.scene.countedAfter).containsExactly(Duration.ofMillis(6).toNanos(),
				Duration.ofMillis(8).toNanos());
	}

	@Test
	void whatSystemKeysPaidStaysSpentOfTheInstallationsLimitUntilBothStatusesHaveIt() {
		this.scene.installation(1, null);
		admitted(this.scene.admit(this.scene.onSystemKey(60))).post(this.scene.posted(1, 50, Credential.SYSTEM), null);
		admitted(this.scene.admit(this.scene.bounded(60))).post(this.scene.posted(2, 700), null);
		assertThat(this.scene.installationsOwn()).isEqualTo(50);
		assertThat(this.scene.installationHolds()).isZero();
		assertThat(this.scene.installation.line().settled()).containsExactly(Map.entry(MONTH, 50L));
		OwnCalls earlier = new OwnCalls();
		earlier.add(this.scene.posted(3, 9, Credential.SYSTEM));
		earlier.add(this.scene.posted(4, 30, Credential.SYSTEM));
		this.scene.account.recovered(earlier);
		assertThat(this.scene.installationsOwn()).isEqualTo(89);
		this.scene.account.update(this.scene.status(1L, 0, Map.of(SOURCE, 3L), null, null), 0);
		assertThat(this.scene.installationsOwn()).as("counted, but not yet in the installation's status").isEqualTo(89);
		this.scene.installation(1, null);
		assertThat(this.scene.installationsOwn()).isEqualTo(89);
		this.scene.installation(1, null);
		assertThat(this.scene.installationsOwn()).isEqualTo(30);
		List<Uncounted.Call> uncounted = new ArrayList<>();
		this.scene.account.addUncountedTo(uncounted);
		assertThat(uncounted).containsExactly(new Uncounted.Call(this.scene.user, 4, 30, MONTH));
	}

	@Test
	void earlierCallsThatAreCountedAlreadyCountOnce() {
		this.scene.installation(1, null);
		this.scene.account.update(this.scene.status(1L, 0, Map.of(SOURCE, 3L), null, null), 0);
		OwnCalls earlier = new OwnCalls();
		earlier.add(this.scene.posted(3, 9, Credential.SYSTEM));
		earlier.add(this.scene.posted(4, 30, Credential.SYSTEM));
		this.scene.account.recovered(earlier);
		assertThat(this.scene.account.firstUncounted(true)).isEqualTo(4);
		assertThat(this.scene.installationsOwn()).isEqualTo(39);
		this.scene.installation(1, null);
		this.scene.installation(1, null);
		assertThat(this.scene.installationsOwn()).isEqualTo(30);
	}

	@Test
	void whatAUserSpentWhoIsDeletedDoesNotStaySpentForEver() {
		this.scene.installation(1, null);
		this.scene.left(CENT);
		Reservation late = admitted(this.scene.admit(this.scene.onSystemKey(60)));
		admitted(this.scene.admit(this.scene.onSystemKey(60))).post(this.scene.posted(1, 50, Credential.SYSTEM), null);
		this.scene.account.forget();
		assertThat(this.scene.installationsOwn()).as("perhaps not counted yet").isEqualTo(50);
		this.scene.installation(1, null);
		this.scene.installation(1, null);
		assertThat(this.scene.installationsOwn()).as("the installation's status has it").isZero();
		late.post(this.scene.posted(2, 7, Credential.SYSTEM), null);
		assertThat(this.scene.installationsOwn()).isEqualTo(7);
		this.scene.installation(1, null);
		this.scene.installation(1, null);
		assertThat(this.scene.installationsOwn()).isZero();
		this.scene.account.update(this.scene.status(1L, 0, Map.of(SOURCE, 2L), null, null), 0);
		assertThat(this.scene.installationsOwn()).as("told of again after all").isZero();
	}

	@Test
	void aFreeCallOnASystemKeySettlesNothing() {
		admitted(this.scene.admit(this.scene.onSystemKey(60))).post(this.scene.posted(1, 0, Credential.SYSTEM), null);
		admitted(this.scene.admit(this.scene.bounded(60))).post(this.scene.posted(2, 9), null);
		assertThat(this.scene.installation.line().settled()).isEmpty();
		assertThat(this.scene.seen).extracting(PostedCall::seq).containsExactly(1L, 2L);
	}

	@Test
	void theMeanOutputOfAModelFollowsSlowly() {
		this.scene.left(CENT);
		output("m", 800L);
		assertThat(holdsWhenOpenEnded("m")).isEqualTo(800);
		output("m", 1600L);
		assertThat(holdsWhenOpenEnded("m")).isEqualTo(900);
		output("m", null);
		assertThat(holdsWhenOpenEnded("m")).as("not known").isEqualTo(900);
		output("m", 100L);
		assertThat(holdsWhenOpenEnded("m")).isEqualTo(800);
	}

	@Test
	void theMeansOfSoManyModelsAreKeptAndNoMore() {
		this.scene.left(CENT);
		for (int i = 0; i < 64; i++) {
			output("m" + i, 700L);
		}
		output("one-too-many", 700L);
		assertThat(holdsWhenOpenEnded("m63")).isEqualTo(700);
		assertThat(holdsWhenOpenEnded("one-too-many")).as("like a model never called").isEqualTo(STEP);
		output("m0", 1500L);
		assertThat(holdsWhenOpenEnded("m0")).isEqualTo(800);
	}

	private void output(String model, @Nullable Long tokens) {
		admitted(this.scene.admit(this.scene.openEnded(model))).post(this.scene.posted(0, 0), tokens);
	}

	private long holdsWhenOpenEnded(String model) {
		Reservation call = admitted(this.scene.admit(this.scene.openEnded(model)));
		long holds = this.scene.held();
		call.release();
		return holds;
	}

	@Test
	void whatIsPostedAfterItExpiredIsTakenAwayOnce() {
		this.scene.left(100);
		Reservation leaked = admitted(this.scene.admit(this.scene.bounded(60)));
		this.scene.pass(Duration.ofSeconds(1));
		assertThat(this.scene.account.expire(Duration.ofSeconds(1))).as("not before then").isZero();
		this.scene.pass(Duration.ofNanos(1));
		assertThat(this.scene.account.expire(Duration.ofSeconds(1))).isEqualTo(1);
		assertThat(this.scene.held()).isZero();
		admitted(this.scene.admit(this.scene.bounded(40)));
		leaked.post(this.scene.posted(1, 60), null);
		assertThat(this.scene.held()).isEqualTo(40);
		leaked.release();
		assertThat(this.scene.held()).isEqualTo(40);
		assertThat(over(this.scene.admit(this.scene.bounded(1))).spent()).isEqualTo(new NanoUsd(CENT - 40));
	}

	@Test
	void whatIsLeftOfTheMostIsHeldNeverMore() {
		this.scene.left(100);
		admitted(this.scene.admit(this.scene.bounded(100)));
		assertThat(this.scene.held()).isEqualTo(100);
		assertThat(over(this.scene.admit(this.scene.bounded(1))).shouldRetry()).isTrue();
		this.scene = new AccountScene();
		this.scene.left(99);
		admitted(this.scene.admit(this.scene.openEnded("m")));
		assertThat(this.scene.held()).as("what is likely, but what is left at most").isEqualTo(99);
	}

	@Test
	void theFirstToComeGoesFirst() throws Exception {
		this.scene = new AccountScene(LONG);
		this.scene.left(100);
		Reservation open = admitted(this.scene.admit(this.scene.bounded(100)));
		Waiting first = this.scene.waits(this.scene.bounded(60));
		Waiting second = this.scene.waits(this.scene.bounded(50));
		Waiting third = this.scene.waits(this.scene.bounded(30));
		open.release();
		Reservation next = admitted(first.outcome());
		assertThat(next.nanos()).isEqualTo(60);
		assertThat(admitted(third.outcome()).nanos()).as("small enough beside it").isEqualTo(30);
		assertThat(this.scene.held()).isEqualTo(90);
		next.post(this.scene.posted(1, 10), null);
		assertThat(admitted(second.outcome()).nanos()).isEqualTo(50);
		assertThat(this.scene.waits).as("none of them waited for a line").isEmpty();
		assertThat(this.scene.asked).isEmpty();
	}

	@Test
	void aRaisedLimitServesThoseWhoWait() throws Exception {
		this.scene = new AccountScene(LONG);
		this.scene.left(100);
		admitted(this.scene.admit(this.scene.bounded(100)));
		Waiting waiting = this.scene.waits(this.scene.bounded(60));
		this.scene.left(160);
		assertThat(admitted(waiting.outcome()).nanos()).isEqualTo(60);
	}

	@Test
	void aHoldThatExpiresServesThoseWhoWait() throws Exception {
		this.scene = new AccountScene(LONG);
		this.scene.left(100);
		admitted(this.scene.admit(this.scene.bounded(100)));
		Waiting waiting = this.scene.waits(this.scene.bounded(60));
		this.scene.pass(Duration.ofNanos(1));
		assertThat(this.scene.account.expire(Duration.ZERO)).isEqualTo(1);
		assertThat(admitted(waiting.outcome()).nanos()).isEqualTo(60);
	}

	@Test
	void aDeletedUsersWaitingCallsWaitNoLonger() throws Exception {
		this.scene = new AccountScene(LONG);
		this.scene.left(100);
		admitted(this.scene.admit(this.scene.bounded(100)));
		Waiting waiting = this.scene.waits(this.scene.bounded(60));
		this.scene.account.forget();
		assertThat(waiting.outcome()).as("no limit is known any more").isInstanceOf(Admitted.class);
	}

	@Test
	void whoIsInterruptedWhileWaitingLeavesNothingBehind() throws Exception {
		this.scene = new AccountScene(LONG, 2);
		this.scene.left(100);
		Reservation open = admitted(this.scene.admit(this.scene.bounded(100)));
		Waiting waiting = this.scene.waits(this.scene.bounded(60));
		assertThat(this.scene.admit(this.scene.bounded(1))).as("one more than may be").isInstanceOf(Denied.class);
		waiting.caller().interrupt();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(waiting::outcome)
			.withCauseInstanceOf(AdmissionInterruptedException.class);
		open.release();
		assertThat(this.scene.held()).isZero();
		admitted(this.scene.admit(this.scene.bounded(50)));
		admitted(this.scene.admit(this.scene.bounded(50)));
	}

	@Test
	void whoIsInterruptedStaysInterrupted() {
		this.scene = new AccountScene(LONG);
		this.scene.left(100);
		admitted(this.scene.admit(this.scene.bounded(100)));
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(AdmissionInterruptedException.class)
			.isThrownBy(() -> this.scene.admit(this.scene.bounded(60)));
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void whoIsInterruptedWhenAdmittedMakesRoomForTheNext() throws Exception {
		List<Waiting> waiting = new ArrayList<>();
		this.scene = new AccountScene(LONG);
		this.scene.left(100);
		Reservation open = admitted(this.scene.admit(this.scene.bounded(100)));
		waiting.add(this.scene.waits(this.scene.bounded(60)));
		waiting.add(this.scene.waits(this.scene.bounded(70)));
		this.scene.whenSeen = () -> waiting.getFirst().interrupt();
		open.post(this.scene.posted(1, 0), null);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(waiting.getFirst()::outcome)
			.withCauseInstanceOf(AdmissionInterruptedException.class);
		assertThat(admitted(waiting.getLast().outcome()).nanos()).isEqualTo(70);
		assertThat(this.scene.held()).isEqualTo(70);
	}

	@Test
	void whoeverWaitsForTheInstallationLooksAgainByItself() throws Exception {
		this.scene = new AccountScene(LONG);
		this.scene.installation(1, null);
		assertThat(this.scene.installation.tryHold(CENT - 50, NOW)).as("somebody else's").isNull();
		Waiting waiting = this.scene.waits(this.scene.onSystemKey(60));
		this.scene.installation.hold(-10);
		assertThat(admitted(waiting.outcome()).nanos()).isEqualTo(60);
		assertThat(this.scene.installationHolds()).isEqualTo(CENT);
	}

	@Test
	void whatStandsInTheWayMayChangeWhileACallWaits() throws Exception {
		this.scene = new AccountScene(LONG);
		this.scene.left(100);
		this.scene.installation(1, null);
		Reservation open = admitted(this.scene.admit(this.scene.bounded(100)));
		assertThat(this.scene.installation.tryHold(CENT - 50, NOW)).isNull();
		Waiting waiting = this.scene.waits(this.scene.onSystemKey(60));
		open.release();
		assertThat(this.scene.installationHolds()).as("the installation's now").isEqualTo(CENT - 50);
		waiting.goesOnWaiting();
		this.scene.installation.hold(-10);
		assertThat(admitted(waiting.outcome()).nanos()).isEqualTo(60);
	}

	@Test
	void whatAKeyIsRefusedIsToldOfEveryKeyAndWhatAUserIsRefusedOnce() {
		ApiKeyId other = new ApiKeyId(UuidV7.next());
		this.scene.account.update(
				this.scene.status(1L, 0, Map.of(), null, List.of(budgetOf(this.scene.key, 0), budgetOf(other, 0))), 0);
		assertThat(told(this.scene.key, 1)).isNotNull().extracting(BudgetRefused::apiKeyId).isEqualTo(this.scene.key);
		assertThat(told(this.scene.key, 1)).isNull();
		assertThat(told(other, 1)).isNotNull().extracting(BudgetRefused::apiKeyId).isEqualTo(other);
		assertThat(told(this.scene.key, 2 * CENT)).as("the user's")
			.isNotNull()
			.extracting(BudgetRefused::apiKeyId)
			.isNull();
		assertThat(told(other, 2 * CENT)).isNull();
	}

	private @Nullable BudgetRefused told(ApiKeyId key, long need) {
		Denied denied = (Denied) this.scene.admit(this.scene.wish(key, Credential.USER, 0, need, 1, false, NOW));
		return denied.firstOfItsKind();
	}

	private static KeyBudget budgetOf(ApiKeyId key, long cents) {
		return new KeyBudget(key, KeyPeriod.MONTH, "2026-11", DECEMBER, cents, Enforcement.HARD, NanoUsd.ZERO);
	}

	@Test
	void whatAKeysOpenCallsHoldCountsInItsOwnPeriodOnly() {
		KeyBudget day = new KeyBudget(this.scene.key, KeyPeriod.DAY, "2026-11-21", NOW.plus(Duration.ofHours(12)), 1,
				Enforcement.HARD, NanoUsd.ZERO);
		this.scene.account.update(this.scene.status(null, 0, Map.of(), null, List.of(day)), 0);
		Wish wish = this.scene.wish(this.scene.key, Credential.USER, 0, CENT, 1, false, NOW);
		Reservation today = admitted(this.scene.admit(wish));
		Refusal.OverLimit refusal = over(this.scene.admit(wish));
		assertThat(refusal.limit()).isEqualTo(Limit.KEY);
		assertThat(refusal.reserved()).isEqualTo(new NanoUsd(CENT));
		Wish tomorrow = this.scene.wish(this.scene.key, Credential.USER, 0, CENT, 1, false,
				NOW.plus(Duration.ofHours(12)));
		Reservation next = admitted(this.scene.admit(tomorrow));
		today.post(new PostedCall(this.scene.user, this.scene.key, 1, CENT, Credential.USER, NOW,
				LocalDate.of(2026, 11, 21)), null);
		next.release();
		admitted(this.scene.admit(tomorrow));
	}

}
