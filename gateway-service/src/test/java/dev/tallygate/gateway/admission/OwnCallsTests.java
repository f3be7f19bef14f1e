package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UserId;
import java.time.Instant;
import java.time.YearMonth;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OwnCallsTests {

	private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);

	private static final Instant AT = Instant.parse("2026-11-21T10:00:00Z");

	private static final UserId USER = new UserId(UUID.fromString("01a1fc7b-858b-71c6-ac59-8538fe95b481"));

	private final OwnCalls own = new OwnCalls();

	@Test
	void forgetsWhatIsCountedHoweverFarTheUserIsAhead() {
		int ahead = 1000;
		for (int seq = 1; seq <= 100_000; seq++) {
			this.own.add(call(seq, Credential.SYSTEM, NOVEMBER));
			this.own.dropUpTo(seq - ahead);
			assertThat(this.own.spentNanos(NOVEMBER)).isBetween((long) Math.min(seq, ahead), 2L * ahead);
		}
		assertThat(this.own.creditsNanos(AT)).isEqualTo(this.own.spentNanos(NOVEMBER));
		this.own.dropUpTo(100_000);
		assertThat(this.own.spentNanos(NOVEMBER)).isZero();
		assertThat(this.own.firstSeq()).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void keepsMonthsAndCredentialsApartWhenItFolds() {
		YearMonth december = NOVEMBER.plusMonths(1);
		for (int seq = 1; seq <= 5000; seq++) {
			this.own.add(call(seq, (seq % 2 == 0) ? Credential.USER : Credential.SYSTEM,
					(seq <= 2000) ? NOVEMBER : december));
		}
		assertThat(this.own.spentNanos(NOVEMBER)).isEqualTo(2000);
		assertThat(this.own.spentNanos(december)).isEqualTo(3000);
		assertThat(this.own.creditsNanos(AT)).isEqualTo(2500);
	}

	@Test
	void neverDropsACallThatNobodyElseWillCount() {
		for (int seq = 1; seq <= 1000; seq++) {
			this.own.add(call(seq, Credential.SYSTEM, NOVEMBER));
		}
		this.own.add(call(Long.MAX_VALUE, Credential.SYSTEM, NOVEMBER));
		this.own.dropUpTo(1000);
		assertThat(this.own.spentNanos(NOVEMBER)).isEqualTo(1);
	}

	private static PostedCall call(long seq, Credential credential, YearMonth period) {
		return new PostedCall(USER, seq, 1, credential, AT, period);
	}

}
