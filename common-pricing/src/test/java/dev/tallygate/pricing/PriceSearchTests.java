package dev.tallygate.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Which price counts where several could, and what is said of it.
 */
class PriceSearchTests {

	/** A Sunday. */
	private static final Instant AT = Instant.parse("2026-11-29T12:30:00Z");

	private static final TimeWindow NOON = new TimeWindow(EnumSet.noneOf(DayOfWeek.class),
			List.of(TimeWindow.Hours.parse("12:00-13:00")), ZoneOffset.UTC);

	@Test
	void namesWhatStandsInForAPriceThatIsNotThere() {
		PriceRow row = row().price(Meter.INPUT, 4_000_000)
			.price(Meter.INPUT, "flex", 0, 2_000_000)
			.price(Meter.CACHE_WRITE_5M, 5_000_000)
			.build();
		// a read at the tier's input, a write for an hour at the standard price of 5 min
		assertThat(fallbacks(row, "flex", Meter.CACHE_READ, 2)).containsExactly("cache_read=input");
		assertThat(fallbacks(row, "flex", Meter.CACHE_WRITE_1H, 5)).containsExactly("flex=standard",
				"cache_write_1h=cache_write_5m");
		assertThat(fallbacks(row, null, Meter.CACHE_WRITE_1H, 5)).containsExactly("cache_write_1h=cache_write_5m");
		assertThat(fallbacks(row, "flex", Meter.INPUT, 2)).isNull();
	}

	@Test
	void aMeterWithoutAPriceIsNamedAndNothingIsChargedForIt() {
		PriceRow row = row().price(Meter.INPUT, 4_000_000).build();
		RatedUsage rated = row.rate(one(Meter.AUDIO_INPUT, Meter.WEB_SEARCH), AT);
		assertThat(cost(rated)).isZero();
		assertThat(rated.charges()).isEmpty();
		assertThat(rated.unpricedMeters()).containsExactly("audio_input", "web_search");
	}

	@Test
	void aRunOfAModelWithoutAPriceIsNamedByMeterAndModel() {
		PriceRow row = row().price(Meter.INPUT, 4_000_000).build();
		PriceRow other = PriceRow.of("p", "other", AT).price(Meter.OUTPUT, 7_000_000).build();
		Usage usage = new Usage(Quantities.of(3L, null), Served.PLAIN,
				List.of(new Usage.Iteration("message", null, Quantities.of(1L, null)),
						new Usage.Iteration("advisor_message", "other", Quantities.of(1L, null)),
						new Usage.Iteration("advisor_message", "nobody", Quantities.of(1L, null))),
				Set.of(), Set.of());
		RatedUsage rated = row.rate(usage, AT, (model) -> "other".equals(model) ? other : null);
		assertThat(cost(rated)).isEqualTo(4);
		assertThat(rated.unpricedMeters()).containsExactly("input@nobody", "input@other");
		assertThat(rated.quantities()).containsEntry("input", 3L);
	}

	@Test
	void whatAModelDeclinedCostsNoTokensButItsSearches() {
		PriceRow row = row().price(Meter.INPUT, 4_000_000).price(Meter.WEB_SEARCH, 9_000_000).build();
		RatedUsage rated = row.rate(one(Meter.INPUT, Meter.WEB_SEARCH).marked(Usage.Mark.REFUSED), AT);
		assertThat(cost(rated)).isEqualTo(9);
		assertThat(rated.quantities()).containsOnlyKeys("input", "web_search");
	}

	@Test
	void nothingIsAPriceOfReasoningToo() {
		Usage thought = one(Meter.OUTPUT, Meter.REASONING);
		PriceRow free = row().price(Meter.OUTPUT, 4_000_000).price(Meter.REASONING, 0).build();
		assertThat(cost(free.rate(thought, AT))).isEqualTo(4);
		PriceRow freeInTier = row().price(Meter.OUTPUT, 4_000_000)
			.price(Meter.OUTPUT, "flex", 0, 2_000_000)
			.price(Meter.REASONING, 4_000_000)
			.price(Meter.REASONING, "flex", 0, 0)
			.build();
		assertThat(cost(freeInTier.rate(thought.servedAs(Served.tier("flex")), AT))).isEqualTo(2);
	}

	@Test
	void anHourMayHaveAPriceOfItsOwnForReasoningAndNothingIsOne() {
		Usage thought = one(Meter.OUTPUT, Meter.REASONING);
		PriceRow.Builder row = row().price(Meter.OUTPUT, 4_000_000)
			.price(Meter.REASONING, 4_000_000)
			.price(Meter.OUTPUT, PriceRow.OFF_PEAK, 0, 2_000_000)
			.window(NOON);
		// within the hour 2 + 1, after it 4 + 4
		PriceRow own = row.price(Meter.REASONING, PriceRow.OFF_PEAK, 0, 1_000_000).build();
		assertThat(cost(own.rate(thought, AT))).isEqualTo(3);
		assertThat(cost(own.rate(thought, AT.plusSeconds(3600)))).isEqualTo(8);
		PriceRow free = row.price(Meter.REASONING, PriceRow.OFF_PEAK, 0, 0).build();
		assertThat(cost(free.rate(thought, AT))).isEqualTo(2);
		PriceRow freeForAll = row.price(Meter.OUTPUT, PriceRow.OFF_PEAK, 0, 0).build();
		assertThat(cost(freeForAll.rate(thought, AT))).isZero();
	}

	@Test
	void aThresholdIsBetweenOneTokenAndTheMostThatIsBelieved() {
		assertThat(new Threshold(1, false)).hasToString(">1");
		assertThat(new Threshold(Quantities.LIMIT, true)).hasToString(">=" + Quantities.LIMIT);
		assertThatIllegalArgumentException().isThrownBy(() -> new Threshold(0, false));
		assertThatIllegalArgumentException().isThrownBy(() -> new Threshold(Quantities.LIMIT + 1, false));
	}

	@Test
	void hoursAreWrittenAsTheyAreRead() {
		assertThat(TimeWindow.Hours.parse("10:00-00:00")).hasToString("10:00-00:00");
	}

	private static PriceRow.Builder row() {
		return PriceRow.of("p", "m", AT);
	}

	private static Usage one(Meter... meters) {
		Quantities.Builder used = Quantities.builder();
		for (Meter meter : meters) {
			used.add(meter, 1);
		}
		return Usage.of(used.build());
	}

	private static @Nullable List<String> fallbacks(PriceRow row, @Nullable String tier, Meter meter, long cost) {
		RatedUsage rated = row.rate(one(meter).servedAs(Served.tier(tier)), AT);
		assertThat(cost(rated)).isEqualTo(cost);
		return (rated.basis() != null) ? rated.basis().fallbacks() : null;
	}

	private static long cost(RatedUsage rated) {
		return Objects.requireNonNull(rated.cost()).value();
	}

}
