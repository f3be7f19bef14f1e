package dev.tallygate.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.pricing.Usage.Iteration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whose prices a call has that more than one model may have answered: prices are in
 * nano-USD a token, 1 of what was asked for, 3 of its version of today and 100 of the
 * model that steps in.
 */
class CallPriceTests {

	private static final Instant AT = Instant.parse("2026-11-29T12:30:00Z");

	private static final PriceTable TABLE = new PriceTable("v",
			List.of(row("asked", 1), row("asked-2026-11-01", 3), row("rescuer", 100)));

	private static final CallPrice PRICE = Objects.requireNonNull(CallPrice.find(TABLE, "p", "asked", AT));

	@Test
	void isThatOfTheModelThatAnswered() {
		assertThat(cost(Usage.of(10L, 10L), null)).isEqualTo(20);
		assertThat(cost(Usage.of(10L, 10L), "asked")).isEqualTo(20);
		assertThat(cost(Usage.of(10L, 10L), "asked-2026-11-01")).isEqualTo(60);
		assertThat(cost(Usage.of(10L, 10L), "unheard-of")).isEqualTo(20);
	}

	@Test
	void isThatOfTheVersionThatAnsweredForEachRunThatNamesNoModel() {
		Usage usage = runs(run("compaction", null, 10), run("message", null, 20));
		assertThat(cost(usage, "asked-2026-11-01")).isEqualTo(90);
	}

	@Test
	void anAttemptBeforeTheFallbackIsThatOfTheModelThatWasAsked() {
		Usage usage = runs(run("message", null, 10), run("fallback_message", "rescuer", 20));
		// 10·1 of what was said before it declined, 20·100 of the one that stepped in
		assertThat(cost(usage, "rescuer")).as("as a whole answer names it").isEqualTo(2_010);
		assertThat(cost(usage, "asked")).as("as the start of a stream names it").isEqualTo(2_010);
	}

	private static long cost(Usage usage, @Nullable String answered) {
		RatedUsage rated = PRICE.rate(usage.servedAs(usage.served().by(answered)), "asked", AT);
		return Objects.requireNonNull(rated.cost()).value();
	}

	private static Usage runs(Iteration... runs) {
		Quantities all = Quantities.NONE;
		for (Iteration run : runs) {
			all = all.plus(run.quantities());
		}
		return new Usage(all, Served.PLAIN, List.of(runs), Set.of(), Set.of());
	}

	private static Iteration run(String type, @Nullable String model, long output) {
		return new Iteration(type, model, Quantities.of(null, output));
	}

	private static PriceRow row(String model, long nanos) {
		return PriceRow.of("p", model, nanos * 1_000_000, nanos * 1_000_000, AT);
	}

}
