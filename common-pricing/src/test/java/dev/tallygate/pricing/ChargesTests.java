package dev.tallygate.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.MeterCharge;
import dev.tallygate.pricing.Usage.Iteration;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * How a cost is told in parts, worked out by hand; planted faults showed that their sum
 * alone notices too little.
 */
class ChargesTests {

	/** A Sunday. */
	private static final Instant AT = Instant.parse("2026-11-29T12:30:00Z");

	@Test
	void eachMeterIsChargedWhatItCostsAndTheLargestTheRestOfTheRounding() {
		PriceRow row = PriceRow.of("p", "m", AT)
			.price(Meter.INPUT, 1_500_000)
			.price(Meter.CACHE_READ, 300_000)
			.price(Meter.OUTPUT, 2_700_000)
			.build();
		Quantities used = Quantities.builder()
			.add(Meter.INPUT, 3)
			.add(Meter.CACHE_READ, 3)
			.add(Meter.OUTPUT, 3)
			.build();
		// 4.5 + 0.9 + 8.1 = 13.5, half-even 14; down 4 + 0 + 8, and 2 more for the
		// largest
		RatedUsage rated = row.rate(Usage.of(used), AT);
		assertThat(costs(rated)).isEqualTo(Map.of("input", 4L, "cache_read", 0L, "output", 10L));
		assertThat(cost(rated)).isEqualTo(14);
	}

	@Test
	void ofEquallyLargeChargesTheFirstGetsTheRest() {
		PriceRow row = PriceRow.of("p", "m", AT).price(Meter.INPUT, 500_000).price(Meter.OUTPUT, 500_000).build();
		RatedUsage rated = row.rate(Usage.of(Quantities.of(3L, 3L)), AT);
		assertThat(costs(rated)).isEqualTo(Map.of("input", 2L, "output", 1L));
	}

	@Test
	void modelsWithMultipliersThatHaveNothingInCommonAreSummedExactlyToo() {
		Random random = new Random(7);
		for (int i = 0; i < 2_000; i++) {
			Multiplier one = new Multiplier(1 + random.nextInt(30), 7);
			Multiplier two = new Multiplier(1 + random.nextInt(30), 11);
			PriceRow own = PriceRow.of("p", "own", AT)
				.price(Meter.INPUT, random.nextLong(4_000_000))
				.region("eu", one)
				.build();
			PriceRow other = PriceRow.of("p", "other", AT)
				.price(Meter.INPUT, random.nextLong(4_000_000))
				.region("eu", two)
				.build();
			long mine = 1L + random.nextInt(50);
			long its = 1L + random.nextInt(50);
			RatedUsage rated = own.rate(runs(mine, its), AT, (model) -> other);
			BigDecimal exact = exact(own, mine, one).add(exact(other, its, two));
			// Sevenths and elevenths are rounded the same way in so many digits.
			assertThat(cost(rated)).as("%s %s %s %s", own, other, mine, its)
				.isEqualTo(exact.setScale(0, RoundingMode.HALF_EVEN).longValueExact());
			assertThat(rated.charges()).hasSize(2)
				.allSatisfy((charge) -> assertThat(charge.costNanos().value()).isNotNegative());
			assertThat(costsOf(rated).stream().mapToLong(Long::longValue).sum()).isEqualTo(cost(rated));
		}
	}

	@Test
	void halvesOfModelsWithNothingInCommonGoToTheEvenNeighbour() {
		for (long even : new long[] { 0, 2, 4 }) {
			// even + ½, and even + 1½
			assertThat(cost(halves(2 * even + 1))).isEqualTo(even);
			assertThat(cost(halves(2 * even + 3))).isEqualTo(even + 2);
		}
	}

	private static RatedUsage halves(long halves) {
		PriceRow own = PriceRow.of("p", "own", AT)
			.price(Meter.INPUT, 3_500_000)
			.region("eu", new Multiplier(1, 7))
			.build();
		PriceRow other = PriceRow.of("p", "other", AT)
			.price(Meter.INPUT, 0)
			.region("eu", new Multiplier(1, 11))
			.build();
		return own.rate(runs(halves, 1), AT, (model) -> other);
	}

	@Test
	void noCostIsBelievedBeyondItsLimitWhateverTheMultipliers() {
		PriceRow own = PriceRow.of("p", "own", AT)
			.price(Meter.INPUT, PriceRow.LIMIT)
			.region("eu", new Multiplier(9, 7))
			.build();
		PriceRow other = PriceRow.of("p", "other", AT)
			.price(Meter.INPUT, PriceRow.LIMIT)
			.region("eu", new Multiplier(9, 11))
			.build();
		RatedUsage rated = own.rate(runs(Quantities.LIMIT, Quantities.LIMIT), AT, (model) -> other);
		assertThat(cost(rated)).isEqualTo(RatedUsage.COST_LIMIT);
	}

	@Test
	void reasoningIsOutputUnlessItHasAPriceOfItsOwn() {
		Usage thought = Usage.of(Quantities.builder().add(Meter.OUTPUT, 10).add(Meter.REASONING, 5).build());
		PriceRow plain = PriceRow.of("p", "m", AT).price(Meter.OUTPUT, 2_000_000).build();
		assertThat(costs(plain.rate(thought, AT))).isEqualTo(Map.of("output", 30L));
		assertThat(plain.rate(thought, AT).quantities()).isEqualTo(Map.of("output", 15L));
		PriceRow same = PriceRow.of("p", "m", AT)
			.price(Meter.OUTPUT, 2_000_000)
			.price(Meter.REASONING, 2_000_000)
			.build();
		assertThat(costs(same.rate(thought, AT))).isEqualTo(Map.of("output", 30L));
		PriceRow dearer = PriceRow.of("p", "m", AT)
			.price(Meter.OUTPUT, 2_000_000)
			.price(Meter.REASONING, 4_000_000)
			.build();
		assertThat(costs(dearer.rate(thought, AT))).isEqualTo(Map.of("output", 20L, "reasoning", 20L));
	}

	@Test
	void reasoningFollowsTheOutputIntoATierAndALengthThatOnlyTheOutputHas() {
		Usage thought = Usage.of(Quantities.builder().add(Meter.OUTPUT, 10).add(Meter.REASONING, 5).build());
		PriceRow.Builder row = PriceRow.of("p", "m", AT)
			.price(Meter.INPUT, 0)
			.price(Meter.OUTPUT, 4_000_000)
			.price(Meter.OUTPUT, "flex", 0, 2_000_000)
			.price(Meter.OUTPUT, "priority", 0, 7_000_000)
			.price(Meter.OUTPUT, "", 100, 6_000_000);
		PriceRow same = row.price(Meter.REASONING, 4_000_000).build();
		// 15·4, 15·2, 15·7 and past 100 tokens of the prompt 15·6
		assertThat(cost(same.rate(thought, AT))).isEqualTo(60);
		RatedUsage cheaper = same.rate(thought.servedAs(Served.tier("flex")), AT);
		assertThat(cost(cheaper)).isEqualTo(30);
		assertThat(Objects.requireNonNull(cheaper.basis()).fallbacks()).isNull();
		assertThat(cost(same.rate(thought.servedAs(Served.tier("priority")), AT))).isEqualTo(105);
		assertThat(cost(same.rate(thought.plus(Quantities.of(101L, null)), AT))).isEqualTo(90);
		// a price that is not the output's holds in the tier too: 10·2 + 5·5
		PriceRow own = row.price(Meter.REASONING, 5_000_000).build();
		RatedUsage flex = own.rate(thought.servedAs(Served.tier("flex")), AT);
		assertThat(cost(flex)).isEqualTo(45);
		assertThat(Objects.requireNonNull(flex.basis()).fallbacks()).containsExactly("flex=standard");
		// and so does one of the tier's own: 10·2 + 5·3
		PriceRow tiers = row.price(Meter.REASONING, 4_000_000).price(Meter.REASONING, "flex", 0, 3_000_000).build();
		assertThat(cost(tiers.rate(thought.servedAs(Served.tier("flex")), AT))).isEqualTo(35);
	}

	@Test
	void reasoningIsCheaperInTheHoursThatMakeTheOutputSo() {
		PriceRow row = PriceRow.of("p", "m", AT)
			.price(Meter.OUTPUT, 4_000_000)
			.price(Meter.REASONING, 4_000_000)
			.price(Meter.OUTPUT, PriceRow.OFF_PEAK, 0, 1_000_000)
			.window(new TimeWindow(EnumSet.noneOf(DayOfWeek.class), List.of(TimeWindow.Hours.parse("12:00-13:00")),
					ZoneOffset.UTC))
			.build();
		Usage thought = Usage.of(Quantities.builder().add(Meter.OUTPUT, 10).add(Meter.REASONING, 5).build());
		assertThat(cost(row.rate(thought, AT))).isEqualTo(15);
		assertThat(cost(row.rate(thought, AT.plusSeconds(3600)))).isEqualTo(60);
	}

	@Test
	void hoursThatAreCheaperAreToldWhereTheyHold() {
		PriceRow row = PriceRow.of("p", "m", AT)
			.price(Meter.INPUT, 4_000_000)
			.price(Meter.INPUT, "flex", 0, 3_000_000)
			.price(Meter.INPUT, PriceRow.OFF_PEAK, 0, 1_000_000)
			.window(new TimeWindow(EnumSet.of(DayOfWeek.SUNDAY), List.of(TimeWindow.Hours.parse("12:00-13:00")),
					ZoneOffset.UTC))
			.build();
		Usage usage = Usage.of(Quantities.of(10L, null));
		RatedUsage within = row.rate(usage, AT);
		assertThat(cost(within)).isEqualTo(10);
		assertThat(Objects.requireNonNull(within.basis()).window()).isEqualTo(PriceRow.OFF_PEAK);
		RatedUsage after = row.rate(usage, AT.plusSeconds(3600));
		assertThat(cost(after)).isEqualTo(40);
		assertThat(after.basis()).isNull();
		RatedUsage flex = row.rate(usage.servedAs(Served.tier("flex")), AT);
		assertThat(cost(flex)).isEqualTo(30);
		assertThat(Objects.requireNonNull(flex.basis()).window()).as("the tier's price has no hours").isNull();
	}

	@Test
	void aLengthThatChangesNoPriceIsNotTold() {
		PriceRow row = PriceRow.of("p", "m", AT)
			.price(Meter.INPUT, 1_000_000)
			.price(Meter.INPUT, "flex", 1000, 2_000_000)
			.build();
		Usage lengthy = Usage.of(Quantities.of(2000L, null));
		assertThat(row.rate(lengthy, AT).basis()).isNull();
		RatedUsage flex = row.rate(lengthy.servedAs(Served.tier("flex")), AT);
		assertThat(Objects.requireNonNull(flex.basis()).contextTier()).isEqualTo(">1000");
		assertThat(cost(flex)).isEqualTo(4000);
	}

	private static Usage runs(long own, long other) {
		return new Usage(Quantities.of(own + other, null), new Served(null, false, "eu", null),
				List.of(new Iteration("message", null, Quantities.of(own, null)),
						new Iteration("advisor_message", "other", Quantities.of(other, null))),
				Set.of(), Set.of());
	}

	private static BigDecimal exact(PriceRow row, long quantity, Multiplier multiplier) {
		return BigDecimal.valueOf(quantity)
			.multiply(BigDecimal.valueOf(Objects.requireNonNull(row.price(Meter.INPUT))))
			.multiply(BigDecimal.valueOf(multiplier.numerator()))
			.divide(BigDecimal.valueOf(multiplier.denominator()).movePointRight(6), 60, RoundingMode.HALF_EVEN);
	}

	private static long cost(RatedUsage rated) {
		return Objects.requireNonNull(rated.cost()).value();
	}

	private static Map<String, Long> costs(RatedUsage rated) {
		Map<String, Long> costs = new java.util.HashMap<>();
		Objects.requireNonNull(rated.charges())
			.forEach((charge) -> costs.put(charge.meter(), charge.costNanos().value()));
		return costs;
	}

	private static List<Long> costsOf(RatedUsage rated) {
		return Objects.requireNonNull(rated.charges())
			.stream()
			.map(MeterCharge::costNanos)
			.map((nanos) -> nanos.value())
			.toList();
	}

}
