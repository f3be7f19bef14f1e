package dev.tallygate.budgets.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tallygate.events.NanoUsd;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CreditsTests {

	private static final Instant SIGN_UP = Instant.parse("2026-01-31T17:30:00Z");

	@Test
	void aCycleStartsOnTheDayOfTheSignUpAtMidnightUtc() {
		BillingCycle cycle = BillingCycle.containing(Instant.parse("2026-11-14T23:59:00Z"),
				Instant.parse("2026-11-21T00:00:00Z"));
		assertThat(cycle.start()).isEqualTo("2026-11-14T00:00:00Z");
		assertThat(cycle.end()).isEqualTo("2026-12-14T00:00:00Z");
	}

	@Test
	void aShortMonthDoesNotMoveTheLaterCycles() {
		assertThat(BillingCycle.containing(SIGN_UP, Instant.parse("2026-02-27T23:59:59Z")).start())
			.isEqualTo("2026-01-31T00:00:00Z");
		assertThat(BillingCycle.containing(SIGN_UP, Instant.parse("2026-02-28T00:00:00Z")))
			.isEqualTo(new BillingCycle(Instant.parse("2026-02-28T00:00:00Z"), Instant.parse("2026-03-31T00:00:00Z")));
		assertThat(BillingCycle.containing(SIGN_UP, Instant.parse("2026-04-30T00:00:00Z")).end())
			.isEqualTo("2026-05-31T00:00:00Z");
		assertThat(BillingCycle.containing(SIGN_UP, Instant.parse("2028-02-29T00:00:00Z")).start())
			.isEqualTo("2028-02-29T00:00:00Z");
	}

	@Test
	void cyclesFollowWithoutGapOrOverlapFromEveryDay() {
		for (int day = 1; day <= 31; day++) {
			Instant signUp = Instant.parse("2026-01-%02dT12:00:00Z".formatted(day));
			BillingCycle cycle = BillingCycle.containing(signUp, signUp);
			for (int month = 0; month < 50; month++) {
				BillingCycle next = BillingCycle.containing(signUp, cycle.end());
				assertThat(next.start()).isEqualTo(cycle.end());
				assertThat(BillingCycle.containing(signUp, cycle.end().minusNanos(1))).isEqualTo(cycle);
				cycle = next;
			}
		}
	}

	@Test
	void usedCreditsAreRoundedDown() {
		Credits credits = first().use(new NanoUsd(9_999_999));
		assertThat(credits.usedCredits()).isZero();
		assertThat(credits.remainingCredits()).isEqualTo(1000);
		assertThat(credits.use(new NanoUsd(1)).usedCredits()).isEqualTo(1);
		assertThat(credits.use(new NanoUsd(1)).remainingCredits()).isEqualTo(999);
	}

	@Test
	void isExhaustedToTheNano() {
		Credits credits = first().use(NanoUsd.ofCents(1000).minus(new NanoUsd(1)));
		assertThat(credits.exhausted()).isFalse();
		assertThat(credits.use(new NanoUsd(1)).exhausted()).isTrue();
	}

	@Test
	void grantsAreUsedLastAndCarryOver() {
		Credits credits = first().grant(500).use(NanoUsd.ofCents(1200));
		assertThat(credits.remainingCredits()).isEqualTo(300);
		Credits next = credits.next(following(credits));
		assertThat(next.carried()).isEqualTo(300);
		assertThat(next.remainingCredits()).isEqualTo(1300);
		Credits afterNext = next.next(following(next));
		assertThat(afterNext.carried()).isEqualTo(300);
	}

	@Test
	void includedCreditsLapse() {
		Credits credits = first().use(NanoUsd.ofCents(1));
		assertThat(credits.next(following(credits)).total()).isEqualTo(1000);
	}

	@Test
	void whatWasUsedBeyondTheCreditsIsNotOwed() {
		Credits credits = first().grant(10).use(NanoUsd.ofCents(5000));
		assertThat(credits.remainingCredits()).isZero();
		assertThat(credits.next(following(credits)).remainingCredits()).isEqualTo(1000);
	}

	@Test
	void thereMayBeNoneButNotLess() {
		BillingCycle cycle = BillingCycle.containing(SIGN_UP, SIGN_UP);
		assertThat(new Credits(cycle, 0, 0, 0, NanoUsd.ZERO).total()).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> new Credits(cycle, -1, 0, 0, NanoUsd.ZERO));
	}

	@Test
	void sumsStopAtTheEndsOfTheRange() {
		assertThat(Saturated.sum(new NanoUsd(Long.MAX_VALUE), new NanoUsd(1)).value()).isEqualTo(Long.MAX_VALUE);
		assertThat(Saturated.sum(new NanoUsd(Long.MIN_VALUE), new NanoUsd(-1)).value()).isEqualTo(Long.MIN_VALUE);
		assertThat(Saturated.sum(new NanoUsd(5), new NanoUsd(-7)).value()).isEqualTo(-2);
		assertThat(first().use(new NanoUsd(Long.MAX_VALUE)).use(new NanoUsd(Long.MAX_VALUE)).exhausted()).isTrue();
	}

	private static Credits first() {
		return Credits.first(BillingCycle.containing(SIGN_UP, SIGN_UP));
	}

	private static BillingCycle following(Credits credits) {
		return BillingCycle.containing(SIGN_UP, credits.cycle().end());
	}

}
