package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.UserId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BorrowingTests {

	private static final long RETRY = Duration.ofMillis(150).toNanos();

	private final Borrowing borrowing = new Borrowing(Duration.ofMillis(150));

	@Test
	void aPromiseHoldsUntilItOrALaterOneIsAnswered() {
		assertThat(this.borrowing.isPromised()).isFalse();
		assertThat(this.borrowing.atMost(500)).isEqualTo(500);
		this.borrowing.promise(ask(1, 300));
		assertThat(this.borrowing.isPromised()).isTrue();
		assertThat(this.borrowing.atMost(500)).isEqualTo(300);
		assertThat(this.borrowing.atMost(200)).isEqualTo(200);
		this.borrowing.promise(ask(2, 400));
		assertThat(this.borrowing.atMost(500)).as("the least of all that are under way").isEqualTo(300);
		this.borrowing.answered(ask(1, 300));
		assertThat(this.borrowing.isPromised()).as("the later one may still arrive").isTrue();
		this.borrowing.answered(ask(2, 400));
		assertThat(this.borrowing.isPromised()).isFalse();
		this.borrowing.promise(ask(3, 100));
		this.borrowing.answered(ask(4, 100));
		assertThat(this.borrowing.isPromised()).isFalse();
	}

	@Test
	void theMostThatWasMissedIsTakenOnce() {
		assertThat(this.borrowing.takeMissed()).isZero();
		this.borrowing.missed(7);
		this.borrowing.missed(5);
		assertThat(this.borrowing.takeMissed()).isEqualTo(7);
		assertThat(this.borrowing.takeMissed()).isZero();
	}

	@Test
	void afterAShortAnswerItWaits() {
		assertThat(this.borrowing.mayAsk(5)).isTrue();
		assertThat(this.borrowing.mayAskAhead(5)).isTrue();
		this.borrowing.granted(false, 10);
		this.borrowing.granted(false, 20);
		assertThat(this.borrowing.refusals()).isEqualTo(2);
		assertThat(this.borrowing.mayAsk(20 + RETRY - 1)).isFalse();
		assertThat(this.borrowing.mayAsk(20 + RETRY)).isTrue();
		assertThat(this.borrowing.mayAskAhead(20 + 8 * RETRY - 1)).isFalse();
		assertThat(this.borrowing.mayAskAhead(20 + 8 * RETRY)).isTrue();
		this.borrowing.gaveBack();
		assertThat(this.borrowing.refusals()).isEqualTo(3);
		this.borrowing.granted(true, 30);
		assertThat(this.borrowing.refusals()).isZero();
		assertThat(this.borrowing.mayAsk(30)).isTrue();
		assertThat(this.borrowing.mayAskAhead(30)).isTrue();
	}

	private static Ask ask(long number, long line) {
		return new Ask(UserId.NOBODY, "budget", "2026-11", 0, number, line);
	}

}
