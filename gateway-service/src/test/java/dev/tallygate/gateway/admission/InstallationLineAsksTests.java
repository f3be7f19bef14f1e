package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.UserId;
import java.time.Duration;
import java.time.YearMonth;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the installation's line asks for and gives back, by hand.
 */
class InstallationLineAsksTests {

	private static final YearMonth MONTH = YearMonth.of(2026, 11);

	private static final YearMonth NEXT = MONTH.plusMonths(1);

	private static final long RETRY = Duration.ofMillis(150).toNanos();

	/** Asked for ahead of need, under a limit of 64 dollars. */
	private static final long CHUNK = 1_000_000_000;

	private static final long LIMIT = 64 * CHUNK;

	private long nanoTime = -5;

	private final InstallationLine line = new InstallationLine(() -> this.nanoTime);

	private long number;

	private long held;

	@AfterEach
	void nobodyKeepsTheLock() throws Exception {
		FutureTask<Boolean> other = new FutureTask<>(this.line::mustAskAgain);
		Thread.ofVirtual().start(other);
		other.get(5, TimeUnit.SECONDS);
	}

	@Test
	void nothingMayBeSpentOrAskedForBeforeItIsAnchored() {
		this.line.settled(MONTH, 30);
		assertThat(this.line.isAnchored()).isFalse();
		assertThat(this.line.room(MONTH)).isZero();
		assertThat(this.line.lent()).isZero();
		assertThat(ask()).isNull();
		this.line.anchor(MONTH, 70);
		assertThat(this.line.isAnchored()).isTrue();
		assertThat(this.line.room(MONTH)).isEqualTo(-100);
		this.line.unanchor();
		assertThat(this.line.isAnchored()).isFalse();
		assertThat(this.line.room(MONTH)).isZero();
		assertThat(ask()).isNull();
	}

	@Test
	void whatIsGrantedIsSpentBySettledCallsAndByWhatWasBefore() {
		granted(500, 70);
		this.line.settled(MONTH, 30);
		this.line.settled(MONTH, 1);
		assertThat(this.line.settled()).isEqualTo(Map.of(MONTH, 31L));
		assertThat(this.line.room(MONTH)).isEqualTo(399);
		assertThat(this.line.lent()).isEqualTo(399);
		assertThat(this.line.room(MONTH.minusMonths(1))).as("before the anchor").isZero();
		assertThat(this.line.room(NEXT)).as("nothing is granted there").isZero();
		this.line.settled(NEXT, 9);
		assertThat(this.line.room(NEXT)).isEqualTo(-9);
		this.line.settled(MONTH, 400);
		assertThat(this.line.lent()).isZero();
		this.line.anchor(MONTH, 70);
		assertThat(this.line.room(MONTH)).as("anchored anew, nothing is granted").isEqualTo(-501);
	}

	@Test
	void aGrantOfTheNextMonthCountsThere() {
		granted(500, 70);
		this.line.settled(NEXT, 9);
		this.line.answered(new Ask(UserId.NOBODY, InstallationLine.SCOPE, NEXT.toString(), 0, 9, 100), NEXT, 100);
		assertThat(this.line.room(NEXT)).isEqualTo(91);
		assertThat(this.line.lent()).isEqualTo(91);
		assertThat(this.line.room(MONTH)).isEqualTo(-70);
	}

	@Test
	void theFirstAskIsAChunkAheadAndALaterOneWhenHalfOfItIsLeft() {
		this.line.anchor(MONTH, 70);
		Ask first = asks();
		assertThat(first).isEqualTo(new Ask(UserId.NOBODY, InstallationLine.SCOPE, "2026-11", 0, 1, 70 + CHUNK));
		assertThat(answered(first, 70 + CHUNK)).isTrue();
		this.held = CHUNK / 2;
		assertThat(ask()).as("half is enough").isNull();
		this.held = CHUNK / 2 + 1;
		assertThat(asks().line()).isEqualTo(70 + CHUNK / 2 + 1 + CHUNK);
	}

	@Test
	void aChunkIsACentAtLeast() {
		this.line.anchor(MONTH, 0);
		Ask ask = this.line.ask(this::next, MONTH, this::held, 64 * 10_000_000L - 64, false, false);
		assertThat(ask).isNotNull().extracting(Ask::line).isEqualTo(10_000_000L);
	}

	@Test
	void noMoreThanTheLimitIsAskedForAhead() {
		granted(LIMIT - CHUNK / 2 + 1, LIMIT - CHUNK);
		this.held = 2;
		assertThat(asks().line()).isEqualTo(LIMIT);
		granted(LIMIT, LIMIT);
		this.held = 0;
		assertThat(ask()).as("all of it is spent").isNull();
	}

	@Test
	void whatACallMissedIsAskedForOnce() {
		granted(500, 70);
		this.held = 400;
		this.line.missed(31);
		this.line.missed(20);
		assertThat(this.line.mustAskAgain()).isTrue();
		Ask more = asks();
		assertThat(more.line()).isEqualTo(501);
		assertThat(this.line.mustAskAgain()).as("until it is answered").isTrue();
		assertThat(answered(more, 501)).isTrue();
		assertThat(this.line.mustAskAgain()).isFalse();
		this.held = 0;
		this.line.missed(431);
		assertThat(asks().line()).as("fits meanwhile: only what is needed ahead").isEqualTo(70 + CHUNK);
	}

	@Test
	void afterAShortAnswerWhatWasMissedIsAskedForInTime() {
		granted(500, 0);
		this.line.missed(600);
		Ask more = asks();
		assertThat(answered(more, 599)).isFalse();
		this.line.missed(600);
		this.nanoTime += RETRY - 1;
		assertThat(ask()).isNull();
		assertThat(this.line.mustAskAgain()).isTrue();
		this.nanoTime++;
		assertThat(asks().line()).isEqualTo(600);
	}

	@Test
	void aheadIsAskedForMoreSeldom() {
		granted(500, 0);
		assertThat(answered(asks(), 500)).isFalse();
		this.nanoTime += 8 * RETRY - 1;
		assertThat(ask()).isNull();
		this.nanoTime++;
		assertThat(asks().line()).isEqualTo(CHUNK);
	}

	@Test
	void anAnswerAboutAnotherMonthIsNotWhatWasAskedFor() {
		granted(500, 0);
		Ask ask = asks();
		assertThat(this.line.answered(ask, NEXT, LIMIT)).isFalse();
		assertThat(this.line.room(NEXT)).isEqualTo(LIMIT);
	}

	@Test
	void whatOthersWantIsGivenBackAndNotSpentFromThenOn() {
		granted(500, 70);
		this.held = 100;
		Ask less = asksWanted();
		assertThat(less.line()).isEqualTo(170);
		assertThat(this.line.room(MONTH)).as("promised").isEqualTo(100);
		assertThat(this.line.lent()).as("not taken back yet").isEqualTo(430);
		this.held = 90;
		assertThat(asksWanted().line()).as("not answered yet").isEqualTo(160);
		answered(less, 170);
		assertThat(this.line.room(MONTH)).as("a later promise holds").isEqualTo(90);
	}

	@Test
	void ofWhatNobodyUsesAllIsGivenBack() {
		granted(500, 0);
		assertThat(asksWanted().line()).isZero();
		assertThat(this.line.room(MONTH)).isZero();
	}

	@Test
	void nothingIsGivenBackThatIsInUseAndNothingAskedForAheadThatOthersWant() {
		granted(500, 70);
		this.held = 430;
		assertThat(this.line.ask(this::next, MONTH, this::held, LIMIT, true, false)).isNull();
		this.held = 429;
		assertThat(asksWanted().line()).isEqualTo(499);
	}

	@Test
	void whatIsGrantedForAMonthBeforeIsNothingToGiveBack() {
		granted(500, 0);
		assertThat(this.line.ask(this::next, NEXT, this::held, LIMIT, true, false)).isNull();
		Ask ahead = this.line.ask(this::next, NEXT, this::held, LIMIT, false, false);
		assertThat(ahead).isEqualTo(new Ask(UserId.NOBODY, InstallationLine.SCOPE, "2026-12", 0, 2, CHUNK));
	}

	@Test
	void whenItStopsAllThatIsNotSpentIsGivenBack() {
		granted(500, 70);
		this.held = 5;
		assertThat(stops()).isNotNull().extracting(Ask::line).isEqualTo(75L);
		this.held = 430;
		assertThat(stops()).isNull();
	}

	@Test
	void aCallThatComesBetweenIsAddedToWhatIsPromised() {
		granted(500, 70);
		this.held = 70;
		LongSupplier growing = () -> this.held = Math.min(this.held + 30, 160);
		Ask less = Objects.requireNonNull(this.line.ask(this::next, MONTH, growing, LIMIT, true, false));
		assertThat(less.line()).isEqualTo(230);
		assertThat(this.line.room(MONTH)).isEqualTo(160);
		this.line.answered(less, MONTH, 500);
		assertThat(this.line.room(MONTH)).isEqualTo(430);
	}

	@Test
	void monthsBeforeTheLastAreForgotten() {
		this.line.anchor(MONTH.minusMonths(2), 0);
		this.line.settled(MONTH.minusMonths(2), 1);
		this.line.settled(MONTH.minusMonths(1), 2);
		this.line.settled(MONTH, 4);
		ask();
		assertThat(this.line.settled()).isEqualTo(Map.of(MONTH.minusMonths(1), 2L, MONTH, 4L));
	}

	/** Spent before, and granted so much all in all. */
	private void granted(long nanos, long before) {
		this.line.anchor(MONTH, before);
		this.line.answered(new Ask(UserId.NOBODY, InstallationLine.SCOPE, "2026-11", 0, ++this.number, nanos), MONTH,
				nanos);
	}

	private boolean answered(Ask ask, long granted) {
		return this.line.answered(ask, MONTH, granted);
	}

	private @Nullable Ask ask() {
		return this.line.ask(this::next, MONTH, this::held, LIMIT, false, false);
	}

	private Ask asks() {
		return Objects.requireNonNull(ask());
	}

	private Ask asksWanted() {
		return Objects.requireNonNull(this.line.ask(this::next, MONTH, this::held, LIMIT, true, false));
	}

	private @Nullable Ask stops() {
		return this.line.ask(this::next, MONTH, this::held, LIMIT, false, true);
	}

	private long held() {
		return this.held;
	}

	private long next() {
		return ++this.number;
	}

}
