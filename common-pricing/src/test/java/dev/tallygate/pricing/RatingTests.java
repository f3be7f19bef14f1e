package dev.tallygate.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tallygate.events.MeterCharge;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What holds of every price and every usage, tried with random ones whose seed is told.
 */
class RatingTests {

	private static final Instant AT = Instant.parse("2026-11-29T12:30:00Z");

	private static final int TIMES = 5_000;

	private static final List<String> TIERS = List.of("", "flex", "priority", "ultrafast", PriceRow.BATCH);

	private static final Multiplier[] MULTIPLIERS = { Multiplier.ONE, new Multiplier(11, 10), new Multiplier(2, 1),
			new Multiplier(999_983, 999_979) };

	private final long seed = System.nanoTime();

	private final Random random = new Random(this.seed);

	@Test
	void isExactAndItsChargesSumToIt() {
		for (int i = 0; i < TIMES; i++) {
			PriceRow row = row(PriceRow.LIMIT);
			Usage usage = usage(Quantities.LIMIT);
			RatedUsage rated = row.rate(usage, AT);
			BigInteger exact = BigInteger.ZERO;
			long sum = 0;
			for (MeterCharge charge : Objects.requireNonNull(rated.charges())) {
				Multiplier multiplier = (charge.multiplier() != null) ? Multiplier.parse(charge.multiplier())
						: Multiplier.ONE;
				exact = exact.add(BigInteger.valueOf(charge.quantity())
					.multiply(BigInteger.valueOf(charge.priceNanos()))
					.multiply(BigInteger.valueOf(multiplier.numerator()))
					.multiply(BigInteger.valueOf(denominator(rated) / multiplier.denominator())));
				sum += charge.costNanos().value();
				assertThat(charge.costNanos().value()).isNotNegative();
			}
			BigInteger cost = new BigDecimal(exact)
				.divide(new BigDecimal(denominator(rated)).movePointRight(6), 0, RoundingMode.HALF_EVEN)
				.toBigIntegerExact()
				.min(BigInteger.valueOf(RatedUsage.COST_LIMIT));
			assertThat(BigInteger.valueOf(Objects.requireNonNull(rated.cost()).value())).as("seed %s", this.seed)
				.isEqualTo(cost);
			assertThat(sum).as("seed %s", this.seed).isEqualTo(rated.cost().value());
		}
	}

	private static long denominator(RatedUsage rated) {
		return Objects.requireNonNull(rated.charges())
			.stream()
			.map(MeterCharge::multiplier)
			.filter(Objects::nonNull)
			.mapToLong((each) -> Multiplier.parse(each).denominator())
			.max()
			.orElse(1);
	}

	@Test
	void neverCostsMoreThanTheWorstCaseOfItsRequest() {
		for (int i = 0; i < TIMES; i++) {
			assertWithinWorstCase(row(1L << 45));
		}
		BundledPrices.load().rows().forEach((row) -> {
			for (int i = 0; i < 3; i++) {
				assertWithinWorstCase(row);
			}
		});
	}

	private void assertWithinWorstCase(PriceRow row) {
		Usage usage = usage(1_000_000);
		Served asked = usage.served();
		Reach reach = new Reach(asked, meters(usage), pieces(usage));
		long input = Objects.requireNonNullElse(usage.inputTokens(), 0L) + this.random.nextInt(100_000);
		long output = Objects.requireNonNullElse(usage.outputTokens(), 0L) + this.random.nextInt(1000);
		Served served = this.random.nextBoolean() ? asked : Served.PLAIN;
		RatedUsage rated = row.rate(usage.servedAs(served), AT);
		assertThat(Objects.requireNonNull(rated.cost()).value())
			.as("seed %s, %s, %s, reach %s", this.seed, row, usage, reach)
			.isLessThanOrEqualTo(row.worstCase(reach, input, output).value());
	}

	private static Set<Meter> meters(Usage usage) {
		Set<Meter> meters = EnumSet.noneOf(Meter.class);
		for (Meter meter : Meter.all()) {
			if (meter.isToken() && usage.quantities().get(meter) > 0) {
				meters.add(meter);
			}
		}
		return meters;
	}

	private static Map<Meter, Long> pieces(Usage usage) {
		Map<Meter, Long> pieces = new java.util.EnumMap<>(Meter.class);
		for (Meter meter : Meter.all()) {
			if (!meter.isToken() && usage.quantities().get(meter) > 0) {
				pieces.put(meter, usage.quantities().get(meter));
			}
		}
		return pieces;
	}

	@Test
	void dependsOnNoOrderAndOnNoSplitting() {
		for (int i = 0; i < TIMES; i++) {
			PriceRow row = row(1L << 50);
			Usage usage = usage(100_000_000);
			List<Meter> meters = new ArrayList<>(Meter.all());
			Collections.shuffle(meters, this.random);
			Quantities.Builder parts = Quantities.builder();
			for (Meter meter : meters) {
				long count = usage.quantities().get(meter);
				long first = (count > 0) ? this.random.nextLong(count + 1) : 0;
				if (usage.quantities().has(meter)) {
					parts.add(meter, first).add(meter, count - first);
				}
			}
			Usage put = new Usage(parts.build(), usage.served(), List.of(), Set.of(), Set.of());
			assertThat(row.rate(put, AT)).as("seed %s", this.seed).isEqualTo(row.rate(usage, AT));
		}
	}

	@Test
	void sumsRunsOfOtherModelsAtTheirOwnPricesAndRoundsOnce() {
		PriceRow own = PriceRow.of("p", "own", AT).price(Meter.INPUT, 500_000).build();
		PriceRow other = PriceRow.of("p", "other", AT).price(Meter.INPUT, 500_000).build();
		Quantities one = Quantities.of(1L, null);
		Usage usage = new Usage(Quantities.of(3L, null), Served.PLAIN,
				List.of(new Usage.Iteration("message", null, one), new Usage.Iteration("advisor_message", "other", one),
						new Usage.Iteration("advisor_message", "unheard_of", one)),
				Set.of(), Set.of());
		RatedUsage rated = own.rate(usage, AT, (model) -> "other".equals(model) ? other : null);
		// ½ + ½ nano-USD; each alone would have been rounded to 0
		assertThat(Objects.requireNonNull(rated.cost()).value()).isEqualTo(1);
		assertThat(rated.unpricedMeters()).containsExactly("input@unheard_of");
		assertThat(rated.quantities()).isEqualTo(Map.of("input", 3L));
	}

	@Test
	void choosesTheRowOfTheWholePromptAndSaysSo() {
		PriceRow row = PriceRow.of("p", "m", AT)
			.price(Meter.INPUT, 1_000_000)
			.price(Meter.INPUT, "", 1000, 2_000_000)
			.price(Meter.CACHE_READ, 100_000)
			.price(Meter.CACHE_READ, "", 1000, 200_000)
			.build();
		Quantities at = Quantities.builder().add(Meter.INPUT, 1).add(Meter.CACHE_READ, 999).build();
		RatedUsage below = row.rate(Usage.of(at), AT);
		RatedUsage above = row.rate(Usage.of(at.plus(Quantities.of(1L, null))), AT);
		// 1 + 99.9 and 4 + 199.8
		assertThat(Objects.requireNonNull(below.cost()).value()).isEqualTo(101);
		assertThat(below.basis()).isNull();
		assertThat(Objects.requireNonNull(above.cost()).value()).isEqualTo(204);
		assertThat(Objects.requireNonNull(above.basis()).contextTier()).isEqualTo(">1000");
	}

	@Test
	void namesEveryFallBack() {
		PriceRow row = PriceRow.of("p", "m", AT)
			.price(Meter.INPUT, 4_000_000)
			.price(Meter.INPUT, "flex", 0, 2_000_000)
			.price(Meter.CACHE_WRITE_5M, 5_000_000)
			.build();
		Quantities used = Quantities.builder()
			.add(Meter.INPUT, 1)
			.add(Meter.CACHE_READ, 1)
			.add(Meter.CACHE_WRITE_1H, 1)
			.add(Meter.WEB_SEARCH, 3)
			.build();
		RatedUsage rated = row.rate(new Usage(used, Served.tier("flex"), List.of(), Set.of("new_field"), Set.of()), AT);
		// input 2, cache read as input of the tier 2, write at the standard 5-minute
		// price 5
		assertThat(Objects.requireNonNull(rated.cost()).value()).isEqualTo(9);
		assertThat(Objects.requireNonNull(rated.basis()).fallbacks()).containsExactly("cache_read=input",
				"flex=standard", "cache_write_1h=cache_write_5m");
		assertThat(rated.unpricedMeters()).containsExactly("new_field", "web_search");
		assertThat(rated.partlyPriced()).isTrue();
		RatedUsage unheard = row.rate(Usage.of(Quantities.of(1L, null)).servedAs(Served.tier("turbo")), AT);
		assertThat(Objects.requireNonNull(unheard.basis()).fallbacks()).containsExactly("turbo=standard");
	}

	@Test
	void takesAnExplicitZeroForAPrice() {
		PriceRow row = PriceRow.of("p", "m", AT)
			.price(Meter.INPUT, 4_000_000)
			.price(Meter.CACHE_READ, 0)
			.price(Meter.OUTPUT, 0)
			.build();
		RatedUsage rated = row.rate(Usage.of(Quantities.builder().add(Meter.CACHE_READ, 5).build()), AT);
		assertThat(Objects.requireNonNull(rated.cost()).value()).isZero();
		assertThat(rated.unpricedMeters()).isEmpty();
		assertThat(rated.basis()).isNull();
		assertThat(row.isFree()).isFalse();
		assertThat(PriceRow.of("p", "m", 0, 0, AT).isFree()).isTrue();
	}

	@Test
	void multipliesTokensButNotSearches() {
		PriceRow row = PriceRow.of("p", "m", AT)
			.price(Meter.INPUT, 1_000_000)
			.price(Meter.WEB_SEARCH, 1_000_000)
			.region("us", new Multiplier(11, 10))
			.speed("fast", new Multiplier(2, 1))
			.build();
		Quantities used = Quantities.builder().add(Meter.INPUT, 10).add(Meter.WEB_SEARCH, 10).build();
		RatedUsage rated = row.rate(Usage.of(used).servedAs(new Served(null, false, "us", "fast")), AT);
		// 10 × 2.2 + 10
		assertThat(Objects.requireNonNull(rated.cost()).value()).isEqualTo(32);
		assertThat(Objects.requireNonNull(rated.charges()).getFirst().multiplier()).isEqualTo("11/5");
		assertThat(Objects.requireNonNull(rated.charges()).getLast().multiplier()).isNull();
	}

	@Test
	void believesNoCountBeyondTheLimitAndNoCostBeyondItsOwn() {
		Quantities absurd = Quantities.builder().add(Meter.INPUT, 1_000_000_000_000_000_000L).build();
		assertThat(absurd.get(Meter.INPUT)).isEqualTo(Quantities.LIMIT);
		assertThat(Usage.of(absurd).corrected()).isTrue();
		PriceRow row = PriceRow.of("p", "m", AT).price(Meter.INPUT, PriceRow.LIMIT).build();
		assertThat(Objects.requireNonNull(row.rate(Usage.of(absurd), AT).cost()).value())
			.isEqualTo(RatedUsage.COST_LIMIT);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> PriceRow.of("p", "m", AT).price(Meter.INPUT, PriceRow.LIMIT + 1));
		assertThatIllegalArgumentException().isThrownBy(() -> PriceRow.of("p", "m", AT).price(Meter.INPUT, -1));
	}

	private PriceRow row(long highest) {
		PriceRow.Builder row = PriceRow.of("p", "m", AT);
		for (Meter meter : Meter.all()) {
			for (String tier : TIERS) {
				for (long past : new long[] { 0, 1000, 100_000 }) {
					if (this.random.nextInt(3) > 0) {
						row.price(meter, tier, past, this.random.nextLong(highest) >> this.random.nextInt(50));
					}
				}
			}
		}
		if (this.random.nextBoolean()) {
			row.inclusive(true);
		}
		Multiplier multiplier = MULTIPLIERS[this.random.nextInt(MULTIPLIERS.length)];
		return row.region("us", multiplier).build();
	}

	private Usage usage(long highest) {
		Quantities.Builder used = Quantities.builder();
		for (Meter meter : Meter.all()) {
			if (this.random.nextInt(3) == 0) {
				used.add(meter, this.random.nextLong(highest) >> this.random.nextInt(30));
			}
		}
		String tier = TIERS.get(this.random.nextInt(TIERS.size()));
		return new Usage(used.build(), new Served(tier, false, this.random.nextBoolean() ? "us" : null, null),
				List.of(), Set.of(), Set.of());
	}

}
