package dev.tallygate.gateway.admission;

import static dev.tallygate.gateway.admission.AccountScene.CENT;
import static dev.tallygate.gateway.admission.AccountScene.DECEMBER;
import static dev.tallygate.gateway.admission.AccountScene.MONTH;
import static dev.tallygate.gateway.admission.AccountScene.NOW;
import static dev.tallygate.gateway.admission.AccountScene.admitted;
import static dev.tallygate.gateway.admission.AccountScene.over;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyBudget;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.events.BudgetStatus.Lines;
import dev.tallygate.events.Credential;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.AccountScene.Waiting;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.PriceRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * How the hold of one stream grows, step by step, by hand.
 */
class AccountGrowthTests {

	private static final Instant JANUARY = Instant.parse("2027-01-01T00:00:00Z");

	private AccountScene scene = new AccountScene();

	@AfterEach
	void nobodyKeepsTheLock() throws Exception {
		this.scene.isFree();
	}

	@Test
	void takesTheNextStepOnceHalfOfTheLastIsDelivered() {
		this.scene.left(CENT);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		assertThat(call.outputTokens()).isEqualTo(100);
		assertThat(this.scene.held()).isEqualTo(110);
		assertThat(call.delivered(49)).isTrue();
		assertThat(this.scene.held()).isEqualTo(110);
		assertThat(call.delivered(50)).isTrue();
		assertThat(call.outputTokens()).isEqualTo(200);
		assertThat(call.nanos()).isEqualTo(210);
		assertThat(this.scene.held()).isEqualTo(210);
		assertThat(call.delivered(149)).isTrue();
		assertThat(this.scene.held()).isEqualTo(210);
		assertThat(call.delivered(150)).isTrue();
		assertThat(this.scene.held()).isEqualTo(310);
		call.release();
		assertThat(this.scene.held()).isZero();
	}

	@Test
	void severalChoicesTakeAsManySteps() {
		this.scene.left(CENT);
		Reservation call = admitted(
				this.scene.admit(this.scene.wish(null, Credential.USER, 10, 128_000L, 2, true, NOW)));
		assertThat(call.outputTokens()).isEqualTo(200);
		assertThat(this.scene.held()).isEqualTo(210);
		call.delivered(99);
		assertThat(this.scene.held()).isEqualTo(210);
		call.delivered(100);
		assertThat(this.scene.held()).isEqualTo(410);
		call.delivered(299);
		assertThat(this.scene.held()).isEqualTo(410);
		call.delivered(300);
		assertThat(this.scene.held()).isEqualTo(610);
	}

	@Test
	void aStepIsWhatCallsOfTheModelPutOutOfLate() {
		this.scene.left(CENT);
		admitted(this.scene.admit(this.scene.bounded(1))).post(this.scene.posted(0, 0), 500L);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		assertThat(this.scene.held()).isEqualTo(510);
		call.delivered(250);
		assertThat(this.scene.held()).isEqualTo(1010);
	}

	@Test
	void whatComesAtOnceIsHeldWithAStepBesides() {
		this.scene.left(CENT);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		assertThat(call.delivered(130)).isTrue();
		assertThat(call.outputTokens()).isEqualTo(230);
		assertThat(this.scene.held()).isEqualTo(240);
		call.delivered(179);
		assertThat(this.scene.held()).isEqualTo(240);
		call.delivered(180);
		assertThat(this.scene.held()).isEqualTo(340);
	}

	@Test
	void takesWhatIsLeftOfAStepAndIsCutAtItsLastToken() {
		this.scene.left(250);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		call.delivered(50);
		call.delivered(150);
		assertThat(call.outputTokens()).isEqualTo(240);
		assertThat(this.scene.held()).isEqualTo(250);
		assertThat(call.delivered(190)).isTrue();
		assertThat(call.delivered(239)).isTrue();
		assertThat(call.cutBy()).isNull();
		assertThat(call.delivered(240)).isFalse();
		assertThat(call.cutBy()).isEqualTo(new Refusal.Reached(Limit.BUDGET, NanoUsd.ofCents(1), DECEMBER));
		assertThat(this.scene.held()).isEqualTo(250);
	}

	@Test
	void whatIsMissingIsAskedForWithEveryTokenAndNotBefore() {
		this.scene.left(115);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		call.delivered(60);
		assertThat(call.outputTokens()).isEqualTo(105);
		assertThat(this.scene.held()).isEqualTo(115);
		this.scene.left(1000);
		call.delivered(60);
		assertThat(this.scene.held()).as("delivered before").isEqualTo(115);
		call.delivered(61);
		assertThat(this.scene.held()).isEqualTo(215);
	}

	@Test
	void aCallThatStarvesLooksAgainWithTheNextToken() {
		this.scene.left(110);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		call.delivered(50);
		assertThat(this.scene.held()).isEqualTo(110);
		call.delivered(50);
		this.scene.left(200);
		assertThat(this.scene.held()).as("got it when there was some").isEqualTo(200);
		call.delivered(139);
		this.scene.left(400);
		assertThat(this.scene.held()).as("does not starve any more").isEqualTo(200);
		call.delivered(140);
		assertThat(this.scene.held()).isEqualTo(300);
	}

	@Test
	void beginsWithLessThanAStepWhenNoMoreIsLeft() {
		this.scene.left(30);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		assertThat(call.outputTokens()).isEqualTo(20);
		assertThat(this.scene.held()).isEqualTo(30);
		assertThat(call.delivered(19)).isTrue();
		assertThat(call.delivered(20)).isFalse();
	}

	@Test
	void asksAnewWhenHalfOfAShortBeginningIsDelivered() {
		this.scene.left(90);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		assertThat(call.outputTokens()).isEqualTo(80);
		this.scene.left(1000);
		call.delivered(29);
		assertThat(this.scene.held()).isEqualTo(90);
		call.delivered(30);
		assertThat(this.scene.held()).isEqualTo(190);
	}

	@Test
	void theShortestLimitIsTheOneThatCuts() {
		KeyBudget budget = keyBudget(this.scene.key, 1, CENT - 150);
		this.scene.account.update(this.scene.status(1L, CENT - 400, Map.of(), null, List.of(budget)), 0);
		Reservation call = admitted(this.scene.admit(growing(this.scene.key, Credential.USER)));
		call.delivered(50);
		assertThat(this.scene.held()).isEqualTo(150);
		assertThat(call.delivered(140)).isFalse();
		assertThat(call.cutBy()).isEqualTo(new Refusal.Reached(Limit.KEY, NanoUsd.ofCents(1), DECEMBER));
	}

	@Test
	void aCallWithoutLimitsGrowsOnAndOn() {
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		for (int token = 1; token <= 1000; token++) {
			assertThat(call.delivered(token)).isTrue();
		}
		assertThat(this.scene.held()).isEqualTo(1110);
	}

	@Test
	void whatHasEndedOrExpiredGoesOnAndHoldsNothing() {
		this.scene.left(110);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		call.release();
		assertThat(call.delivered(500)).isTrue();
		assertThat(this.scene.held()).isZero();
		Reservation leaked = admitted(this.scene.admit(this.scene.growing(10)));
		this.scene.pass(Duration.ofNanos(1));
		this.scene.account.expire(Duration.ZERO);
		assertThat(leaked.delivered(500)).isTrue();
		assertThat(this.scene.held()).isZero();
		admitted(this.scene.admit(this.scene.bounded(110)));
	}

	@Test
	void openCallsInNeedGetWhatBecomesFree() throws Exception {
		this.scene = new AccountScene(Duration.ofSeconds(20));
		this.scene.left(260);
		Reservation other = admitted(this.scene.admit(this.scene.bounded(150)));
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		call.delivered(50);
		Waiting waiting = this.scene.waits(this.scene.bounded(50));
		other.release();
		assertThat(call.nanos()).as("before those that wait").isEqualTo(210);
		assertThat(admitted(waiting.outcome()).nanos()).as("what is left then").isEqualTo(50);
	}

	@Test
	void nobodyBeginsWhileAnOpenCallIsInNeedOfMore() {
		CallPrice price = CallPrice.of(PriceRow.of("p", "m", 1_000_000, 10_000_000, Instant.EPOCH));
		this.scene.left(1025);
		Reservation call = admitted(this.scene
			.admit(new Wish(this.scene.user, null, "p", "m", price, Credential.USER, 10, null, 1, true, NOW)));
		call.delivered(50);
		assertThat(call.nanos()).as("a token more").isEqualTo(1025);
		call.delivered(60);
		assertThat(over(this.scene.admit(this.scene.bounded(1))).shouldRetry()).isTrue();
		this.scene.left(1028);
		assertThat(over(this.scene.admit(this.scene.bounded(2))).shouldRetry()).as("there would be room").isTrue();
		call.release();
		admitted(this.scene.admit(this.scene.bounded(2)));
	}

	@Test
	void aCallThatIsCutIsInNeedOfNothing() {
		this.scene.left(110);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		call.delivered(50);
		assertThat(call.delivered(100)).isFalse();
		this.scene.left(200);
		assertThat(this.scene.held()).isEqualTo(110);
		admitted(this.scene.admit(this.scene.bounded(90)));
	}

	@Test
	void aCallThatStarvesStandsInTheWayOfItsOwnLimitsOnly() {
		ApiKeyId other = new ApiKeyId(UuidV7.next());
		this.scene.account.update(this.scene.status(1L, 0, Map.of(), null,
				List.of(keyBudget(this.scene.key, 1, CENT - 110), keyBudget(other, 1, 0))), 0);
		Reservation call = admitted(this.scene.admit(growing(this.scene.key, Credential.USER)));
		call.delivered(50);
		assertThat(over(this.scene.admit(with(this.scene.key, NOW, 0))).shouldRetry()).isTrue();
		assertThat(admitted(this.scene.admit(with(other, NOW, 70))).nanos()).isEqualTo(70);
		assertThat(admitted(this.scene.admit(with(null, NOW, 70))).nanos()).isEqualTo(70);
	}

	@Test
	void aCallThatStarvesStandsInTheWayOfItsOwnMonthOnly() {
		this.scene.left(110);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		call.delivered(50);
		assertThat(admitted(this.scene.admit(with(null, DECEMBER, 70))).nanos()).isEqualTo(70);
	}

	@Test
	void aCallThatOutlivesItsMonthIsCutByWhatWasLeftOfIt() {
		this.scene.left(250);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		Reservation other = admitted(this.scene.admit(this.scene.bounded(40)));
		december(null, null);
		assertThat(call.delivered(50)).isTrue();
		assertThat(call.nanos()).isEqualTo(210);
		assertThat(call.delivered(199)).as("starves").isTrue();
		other.post(this.scene.posted(1, 15), null);
		assertThat(call.nanos()).as("what the other one left").isEqualTo(235);
		december(null, null);
		assertThat(call.delivered(224)).isTrue();
		assertThat(call.delivered(225)).isFalse();
		assertThat(call.cutBy()).isEqualTo(new Refusal.Reached(Limit.BUDGET, NanoUsd.ofCents(1), DECEMBER));
		assertThat(admitted(this.scene.admit(with(null, DECEMBER, CENT))).nanos()).as("of the new month")
			.isEqualTo(CENT);
	}

	@Test
	void aCallThatOutlivesItsMonthMayHaveWhatTheNewOneHasUsedUp() {
		this.scene.left(1000);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		december(null, null);
		admitted(this.scene.admit(with(null, DECEMBER, CENT)));
		assertThat(call.delivered(50)).isTrue();
		assertThat(call.nanos()).isEqualTo(210);
	}

	@Test
	void aCallThatOutlivesItsMonthSpendsNoMoreThanWasLentInIt() {
		this.scene.session = 7;
		this.scene.account.update(this.scene.lent(Map.of(BudgetStatus.BUDGET_SCOPE, this.scene.mine(500, true))), 0);
		Reservation call = admitted(this.scene.admit(this.scene.growing(10)));
		Ask less = this.scene.asks().getFirst();
		assertThat(less.line()).as("all that is used").isEqualTo(110);
		this.scene.account.answered(less,
				status(1L, Map.of(BudgetStatus.BUDGET_SCOPE, this.scene.mine(900, false)), null), DECEMBER);
		assertThat(call.delivered(99)).isTrue();
		assertThat(call.nanos()).as("what it promised may be somebody else's").isEqualTo(110);
		assertThat(call.delivered(100)).isFalse();
	}

	@Test
	void aCallThatOutlivesTheDayOfItsKeyIsCutByWhatWasLeftOfIt() {
		Instant tomorrow = Instant.parse("2026-11-22T00:00:00Z");
		this.scene.account.update(this.scene.status(null, 0, Map.of(), null, List.of(new KeyBudget(this.scene.key,
				KeyPeriod.DAY, "2026-11-21", tomorrow, 1, Enforcement.HARD, new NanoUsd(CENT - 120)))), 0);
		Reservation call = admitted(this.scene.admit(growing(this.scene.key, Credential.USER)));
		this.scene.account.update(this.scene.status(null, 0, Map.of(), null, List.of(new KeyBudget(this.scene.key,
				KeyPeriod.DAY, "2026-11-22", tomorrow.plus(Duration.ofDays(1)), 1, Enforcement.HARD, NanoUsd.ZERO))),
				0);
		assertThat(call.delivered(109)).isTrue();
		assertThat(call.delivered(110)).isFalse();
		assertThat(call.cutBy()).isEqualTo(new Refusal.Reached(Limit.KEY, NanoUsd.ofCents(1), tomorrow));
	}

	@Test
	void aCallThatOutlivesTheMonthOfItsKeyOrTheCreditsIsCutByWhatWasLeft() {
		long credits = 1000 * CENT;
		KeyBudget total = new KeyBudget(this.scene.key, KeyPeriod.TOTAL, "total", null, 1, Enforcement.HARD,
				NanoUsd.ZERO);
		ApiKeyId other = new ApiKeyId(UuidV7.next());
		this.scene.account
			.update(this.scene.status(null, 0, Map.of(), null, List.of(keyBudget(other, 1, CENT - 120), total)), 0);
		Reservation ofKey = admitted(this.scene.admit(growing(other, Credential.USER)));
		Reservation onCredits = admitted(this.scene.admit(growing(this.scene.key, Credential.SYSTEM)));
		admitted(this.scene.admit(this.scene.onSystemKey(1)))
			.post(this.scene.posted(1, credits - 150, Credential.SYSTEM), null);
		december(null, List
			.of(new KeyBudget(other, KeyPeriod.MONTH, "2026-12", JANUARY, 1, Enforcement.HARD, NanoUsd.ZERO), total));
		assertThat(ofKey.delivered(109)).isTrue();
		assertThat(ofKey.delivered(110)).isFalse();
		assertThat(onCredits.delivered(139)).isTrue();
		assertThat(onCredits.delivered(140)).isFalse();
		assertThat(onCredits.cutBy()).isEqualTo(new Refusal.Reached(Limit.CREDITS, new NanoUsd(credits), DECEMBER));
	}

	@Test
	void onASystemKeyItHoldsOfTheInstallationsLimitToo() {
		this.scene.installation(1, null);
		assertThat(this.scene.installation.tryHold(CENT - 250, NOW)).isNull();
		Reservation call = admitted(this.scene.admit(growing(null, Credential.SYSTEM)));
		assertThat(this.scene.installationHolds()).isEqualTo(CENT - 140);
		call.delivered(50);
		call.delivered(150);
		assertThat(this.scene.held()).isEqualTo(250);
		assertThat(this.scene.installationHolds()).isEqualTo(CENT);
		assertThat(call.delivered(190)).isTrue();
		assertThat(call.delivered(240)).isFalse();
		assertThat(call.cutBy()).isEqualTo(new Refusal.Reached(Limit.INSTALLATION, NanoUsd.ofCents(1), DECEMBER));
		assertThat(this.scene.askedForAll).as("nobody lends").isZero();
		call.release();
		assertThat(this.scene.installationHolds()).isEqualTo(CENT - 250);
	}

	@Test
	void whatIsGrantedOfTheInstallationsLimitIsAskedForWhenItRunsOut() {
		this.scene.session = 7;
		this.scene.installation(1, false);
		this.scene.installation.line().anchor(MONTH, 0);
		this.scene.installation.line()
			.answered(new Ask(UserId.NOBODY, InstallationLine.SCOPE, MONTH.toString(), 0, 1, 200), MONTH, 200);
		Reservation call = admitted(this.scene.admit(growing(null, Credential.SYSTEM)));
		call.delivered(50);
		assertThat(call.nanos()).as("what is left of what is granted").isEqualTo(200);
		assertThat(this.scene.askedForAll).isZero();
		call.delivered(140);
		assertThat(this.scene.askedForAll).isEqualTo(1);
		Ask ask = this.scene.installation.ask(() -> 2, NOW, false);
		assertThat(ask).isNotNull().extracting(Ask::line).isEqualTo(300L);
	}

	@Test
	void whatANewCallNeedsOfTheInstallationsLimitIsAskedFor() {
		this.scene.session = 7;
		this.scene.installation(1, false);
		this.scene.installation.line().anchor(MONTH, 0);
		assertThat(over(this.scene.admit(this.scene.onSystemKey(300))).limit()).isEqualTo(Limit.INSTALLATION);
		assertThat(this.scene.askedForAll).isPositive();
		Ask ask = this.scene.installation.ask(() -> 2, NOW, false);
		assertThat(ask).isNotNull().extracting(Ask::line).isEqualTo(300L);
	}

	@Test
	void whenACallOnASystemKeyEndsWhatOthersWantOfTheInstallationsLimitIsGivenBack() {
		this.scene.session = 7;
		this.scene.installation(1, true);
		this.scene.installation.line().anchor(MONTH, 0);
		this.scene.installation.line()
			.answered(new Ask(UserId.NOBODY, InstallationLine.SCOPE, MONTH.toString(), 0, 1, 200), MONTH, 200);
		admitted(this.scene.admit(this.scene.bounded(100))).release();
		assertThat(this.scene.askedForAll).as("on a key of one's own").isZero();
		admitted(this.scene.admit(this.scene.onSystemKey(100))).release();
		assertThat(this.scene.askedForAll).isEqualTo(1);
	}

	/** A budget of a cent in the month after. */
	private void december(@Nullable Map<String, Lines> lines, @Nullable List<KeyBudget> keys) {
		this.scene.account.update(status(1L, lines, keys), 0);
	}

	private BudgetStatus status(@Nullable Long cents, @Nullable Map<String, Lines> lines,
			@Nullable List<KeyBudget> keys) {
		long version = Objects.requireNonNull(this.scene.account.status()).version() + 1;
		return new BudgetStatus(this.scene.user, version, "UTC", MONTH.plusMonths(1), JANUARY, cents,
				(cents != null) ? Limit.BUDGET : null, Enforcement.HARD, NanoUsd.ZERO, DECEMBER, JANUARY, 1000, 0,
				NanoUsd.ZERO, Map.of(), lines, keys);
	}

	private Wish growing(@Nullable ApiKeyId key, Credential credential) {
		return this.scene.wish(key, credential, 10, 128_000L, 1, true, NOW);
	}

	private Wish with(@Nullable ApiKeyId key, Instant at, long need) {
		return this.scene.wish(key, Credential.USER, 0, need, 1, false, at);
	}

	private static KeyBudget keyBudget(ApiKeyId key, long cents, long spent) {
		return new KeyBudget(key, KeyPeriod.MONTH, "2026-11", DECEMBER, cents, Enforcement.HARD, new NanoUsd(spent));
	}

}
