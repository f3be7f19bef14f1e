package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OwnCallsTests {

	private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);

	private static final LocalDate DAY = NOVEMBER.atDay(21);

	private static final Instant AT = Instant.parse("2026-11-21T10:00:00Z");

	private static final UserId USER = new UserId(UUID.fromString("01a1fc7b-858b-71c6-ac59-8538fe95b481"));

	private final OwnCalls own = new OwnCalls();

	@Test
	void countsNoCallTwiceWhileBudgetServiceCatchesUp() {
		int calls = 20_000;
		for (int seq = 1; seq <= calls; seq++) {
			this.own.add(call(seq, Credential.SYSTEM, DAY));
		}
		long worst = 0;
		for (int counted = 1; counted <= calls; counted++) {
			this.own.dropUpTo(counted);
			worst = Math.max(worst, counted + this.own.spentNanos(NOVEMBER) - calls);
			assertThat(this.own.firstSeq()).isEqualTo((counted < calls) ? counted + 1 : 0);
		}
		System.out.println("worst double count of " + calls + " calls: " + worst);
		assertThat(worst).isZero();
	}

	@Test
	void ofABacklogBeyondWhatIsKeptExactlyLessThanOneEntryCountsTwice() {
		OwnCalls few = new OwnCalls(1024);
		int calls = Integer.getInteger("own-calls.backlog", 1_000_000);
		for (int seq = 1; seq <= calls; seq++) {
			few.add(call(seq, Credential.SYSTEM, DAY));
		}
		assertThat(few.spentNanos(NOVEMBER)).isEqualTo(calls);
		long worst = 0;
		for (int counted = 1; counted <= calls; counted++) {
			few.dropUpTo(counted);
			long twice = counted + few.spentNanos(NOVEMBER) - calls;
			assertThat(twice).isNotNegative();
			worst = Math.max(worst, twice);
			assertThat(few.firstSeq()).isEqualTo((counted < calls) ? counted + 1 : 0);
		}
		System.out.println("worst double count of " + calls + " calls in 1024 entries: " + worst);
		assertThat(worst).as("they do not fit one by one").isPositive().isLessThan(calls / 256);
		assertThat(few.spentNanos(NOVEMBER)).isZero();
	}

	@Test
	void addingAndAskingCostTheSameHoweverManyCallsAreNotCounted() {
		for (int seq = 1; seq <= 30_000; seq++) {
			this.own.add(call(seq, Credential.SYSTEM, DAY));
		}
		long start = System.nanoTime();
		long sum = 0;
		for (int i = 0; i < 100_000; i++) {
			sum += this.own.spentNanos(NOVEMBER) + this.own.creditsNanos(AT);
		}
		Duration took = Duration.ofNanos(System.nanoTime() - start);
		System.out.println("asking with 30,000 calls not counted: " + took.toNanos() / 100_000 + " ns");
		assertThat(sum).isEqualTo(6_000_000_000L);
		assertThat(took).isLessThan(Duration.ofSeconds(2));
	}

	@Test
	void forgetsWhatIsCountedHoweverFarTheUserIsAhead() {
		int ahead = 1000;
		for (int seq = 1; seq <= 100_000; seq++) {
			this.own.add(call(seq, Credential.SYSTEM, DAY));
			this.own.dropUpTo(seq - ahead);
			assertThat(this.own.spentNanos(NOVEMBER)).isEqualTo(Math.min(seq, ahead));
		}
		assertThat(this.own.creditsNanos(AT)).isEqualTo(this.own.spentNanos(NOVEMBER));
		this.own.dropUpTo(100_000);
		assertThat(this.own.spentNanos(NOVEMBER)).isZero();
		assertThat(this.own.firstSeq()).isZero();
	}

	@Test
	void callsMaySettleInAnotherOrderThanTheirNumbers() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		List<Long> waiting = new ArrayList<>();
		boolean[] added = new boolean[5001];
		long counted = 0;
		for (int seq = 1; seq <= 5000; seq++) {
			waiting.add((long) seq);
			if (waiting.size() > 10) {
				long next = waiting.remove(random.nextInt(waiting.size()));
				if (next > counted) {
					this.own.add(call(next, Credential.USER, DAY));
					added[(int) next] = true;
				}
			}
			if (random.nextInt(7) == 0) {
				counted += random.nextInt(20);
				this.own.dropUpTo(counted);
			}
			long expected = 0;
			for (int i = (int) Math.min(5001, counted + 1); i <= 5000; i++) {
				expected += added[i] ? 1 : 0;
			}
			assertThat(this.own.spentNanos(NOVEMBER)).as("seed %d", seed).isEqualTo(expected);
		}
	}

	@Test
	void keepsMonthsAndCredentialsApartWhenItFolds() {
		OwnCalls few = new OwnCalls(100);
		YearMonth december = NOVEMBER.plusMonths(1);
		for (int seq = 1; seq <= 5000; seq++) {
			few.add(call(seq, (seq % 2 == 0) ? Credential.USER : Credential.SYSTEM,
					(seq <= 2000) ? DAY : december.atDay(1)));
		}
		assertThat(few.spentNanos(NOVEMBER)).isEqualTo(2000);
		assertThat(few.spentNanos(december)).isEqualTo(3000);
		assertThat(few.creditsNanos(AT)).isEqualTo(2500);
		few.dropUpTo(2000);
		assertThat(few.spentNanos(NOVEMBER)).as("each stands in the order of its last call").isZero();
		assertThat(few.spentNanos(december)).isEqualTo(3000);
	}

	@Test
	void aCallThatComesLateIsForgottenInItsTurn() {
		this.own.add(call(3, 100));
		this.own.add(call(1, 10));
		this.own.add(call(2, 1));
		assertThat(this.own.firstSeq()).isEqualTo(1);
		this.own.dropUpTo(1);
		assertThat(this.own.spentNanos(NOVEMBER)).isEqualTo(101);
		this.own.dropUpTo(2);
		assertThat(this.own.spentNanos(NOVEMBER)).isEqualTo(100);
		this.own.dropUpTo(3);
		assertThat(this.own.spentNanos(NOVEMBER)).isZero();
	}

	@Test
	void whatIsForgottenLeavesRoomForAsManyOneByOne() {
		OwnCalls few = new OwnCalls(4);
		for (int seq = 1; seq <= 100; seq++) {
			few.dropUpTo(seq - 4);
			few.add(call(seq, 1));
			assertThat(few.spentNanos(NOVEMBER)).as("after %d", seq).isEqualTo(Math.min(seq, 4));
		}
	}

	@Test
	void anEntryStandsForAsManyNeighboursAsItMayAndNoMore() {
		OwnCalls few = new OwnCalls(4);
		long cost = 1;
		for (int seq = 1; seq <= 5; seq++) {
			few.add(call(seq, cost));
			cost *= 10;
		}
		few.dropUpTo(1);
		assertThat(few.spentNanos(NOVEMBER)).as("two by two since the fifth").isEqualTo(11_111);
		few.dropUpTo(2);
		assertThat(few.spentNanos(NOVEMBER)).isEqualTo(11_100);
		few.dropUpTo(4);
		few.add(call(6, cost));
		few.dropUpTo(5);
		assertThat(few.spentNanos(NOVEMBER)).as("joined the only one").isEqualTo(110_000);
		few.add(call(7, 7));
		few.dropUpTo(6);
		assertThat(few.spentNanos(NOVEMBER)).isEqualTo(7);
	}

	@Test
	void tellsOfEachThatTheOperatorPaid() {
		this.own.add(call(1, Credential.SYSTEM, DAY));
		this.own.add(call(2, Credential.USER, DAY));
		this.own
			.add(new PostedCall(USER, null, 3, 30, Credential.SYSTEM, AT.plus(Duration.ofDays(1)), DAY.plusDays(1)));
		this.own.dropUpTo(1);
		List<String> told = new ArrayList<>();
		this.own.forEachOnSystemKeys((seq, cost, day) -> told.add(seq + " " + cost + " " + day));
		assertThat(told).containsExactly("3 30 2026-11-22");
	}

	@Test
	void neverDropsACallThatNobodyElseWillCount() {
		for (int seq = 1; seq <= 1000; seq++) {
			this.own.add(call(seq, Credential.SYSTEM, DAY));
		}
		this.own.add(call(PostedCall.NEVER_COUNTED, Credential.SYSTEM, DAY));
		this.own.dropUpTo(1000);
		assertThat(this.own.spentNanos(NOVEMBER)).isEqualTo(1);
		assertThat(this.own.firstSeq()).isZero();
	}

	private static PostedCall call(long seq, long cost) {
		return new PostedCall(USER, null, seq, cost, Credential.SYSTEM, AT, DAY);
	}

	private static PostedCall call(long seq, Credential credential, LocalDate day) {
		return new PostedCall(USER, null, seq, 1, credential, AT, day);
	}

}
