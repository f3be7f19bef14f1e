package dev.tallygate.bench;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.gateway.pricing.ModelPrice;
import dev.tallygate.gateway.pricing.TokenCounts;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What rating a call cost with four prices a model and no breakdown, in commit e554406. Run by rating.sh.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RatingBefore {

	private final ModelPrice price = ModelPrice.of(150_000_000, 600_000_000, Instant.EPOCH);

	private final TokenCounts counts = TokenCounts.of(1000L, 500L);

	/** Text in and out. */
	@Benchmark
	public NanoUsd before() {
		return this.price.cost(this.counts);
	}

	/** What admission held. */
	@Benchmark
	public NanoUsd worstCaseBefore() {
		return this.price.worstCase(1000, 500);
	}

}
