package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FreshnessTests {

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	private final AtomicLong nanoTime = new AtomicLong(-5);

	private final Freshness freshness = new Freshness(Duration.ofSeconds(30), this.nanoTime::get);

	@Test
	void isStaleUntilTheFirstSignAndAfterTheLimit() {
		assertThat(this.freshness.isStale(3)).isTrue();
		assertThat(this.freshness.isStale(Freshness.ANY)).isTrue();
		this.freshness.sign(3, NOW, NOW);
		pass(Duration.ofSeconds(30));
		assertThat(this.freshness.isStale(3)).isFalse();
		assertThat(this.freshness.isStale(Freshness.ANY)).isFalse();
		assertThat(this.freshness.isStale(4)).as("another partition").isTrue();
		pass(Duration.ofNanos(1));
		assertThat(this.freshness.isStale(3)).isTrue();
		assertThat(this.freshness.isStale(Freshness.ANY)).isTrue();
	}

	@Test
	void aSignIsAsOldAsItSaysButForWhatClocksDiffer() {
		this.freshness.sign(3, NOW.minusSeconds(5), NOW);
		pass(Duration.ofSeconds(30));
		assertThat(this.freshness.isStale(3)).as("of a few seconds ago").isFalse();
		this.freshness.sign(4, NOW.minusSeconds(25), NOW);
		pass(Duration.ofSeconds(10));
		assertThat(this.freshness.isStale(4)).as("20 s old when it came").isFalse();
		pass(Duration.ofNanos(1));
		assertThat(this.freshness.isStale(4)).isTrue();
		this.freshness.sign(5, NOW.plusSeconds(60), NOW);
		pass(Duration.ofSeconds(30));
		assertThat(this.freshness.isStale(5)).as("of a clock that is ahead").isFalse();
		pass(Duration.ofNanos(1));
		assertThat(this.freshness.isStale(5)).isTrue();
	}

	@Test
	void anOlderSignTakesNothingBack() {
		this.freshness.sign(3, NOW, NOW);
		this.freshness.sign(3, NOW.minusSeconds(60), NOW);
		pass(Duration.ofSeconds(30));
		assertThat(this.freshness.isStale(3)).isFalse();
	}

	@Test
	void isHeardSinceATimeOnlyWhenAllPartitionsAre() {
		assertThat(this.freshness.now()).isEqualTo(-5);
		assertThat(this.freshness.isHeardSince(-5)).as("of none so far").isFalse();
		this.freshness.sign(3, NOW, NOW);
		pass(Duration.ofSeconds(1));
		long time = this.freshness.now();
		this.freshness.sign(4, NOW, NOW);
		assertThat(this.freshness.isHeardSince(time)).as("3 is silent since").isFalse();
		assertThat(this.freshness.isHeardSince(time - Duration.ofSeconds(1).toNanos())).isTrue();
		pass(Duration.ofSeconds(1));
		this.freshness.sign(3, NOW, NOW);
		assertThat(this.freshness.isHeardSince(time)).isTrue();
	}

	private void pass(Duration time) {
		this.nanoTime.addAndGet(time.toNanos());
	}

}
