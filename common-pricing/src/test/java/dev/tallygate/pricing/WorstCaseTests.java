package dev.tallygate.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What is held for a call, to the nano-USD: too little lets a limit slip, too much
 * refuses for nothing.
 */
class WorstCaseTests {

	private static final Instant AT = Instant.parse("2026-11-29T12:30:00Z");

	private final PriceRow row = PriceRow.of("p", "m", AT)
		.price(Meter.INPUT, 3_000_000)
		.price(Meter.INPUT, "flex", 0, 1_000_000)
		.price(Meter.OUTPUT, 15_000_000)
		.price(Meter.WEB_SEARCH, 7_000_000)
		.region("eu", new Multiplier(11, 10))
		.region("far", new Multiplier(1, 2))
		.speed("fast", new Multiplier(2, 1))
		.build();

	@Test
	void isWhatTheTokensCost() {
		assertThat(held(Served.PLAIN, 100, 10)).isEqualTo(450);
	}

	@Test
	void isMultipliedWhereThatIsDearerAndPiecesAreNot() {
		assertThat(held(new Served(null, false, "eu", null), 100, 10)).isEqualTo(495);
		assertThat(held(new Served(null, false, "eu", "fast"), 100, 10)).isEqualTo(990);
		assertThat(held(new Served(null, false, "far", null), 100, 10)).as("it may be served elsewhere").isEqualTo(450);
		Reach searching = new Reach(new Served(null, false, "eu", null), Set.of(), Map.of(Meter.WEB_SEARCH, 2L));
		assertThat(this.row.worstCase(searching, 100, 10).value()).isEqualTo(495 + 14);
	}

	@Test
	void isTheDearestOfWhatTheSideMayConsistOf() {
		PriceRow speaking = PriceRow.of("p", "m", AT)
			.price(Meter.INPUT, 3_000_000)
			.price(Meter.OUTPUT, 15_000_000)
			.price(Meter.AUDIO_INPUT, 40_000_000)
			.price(Meter.AUDIO_OUTPUT, 80_000_000)
			.build();
		assertThat(speaking.worstCase(Reach.PLAIN, 100, 10).value()).isEqualTo(450);
		assertThat(speaking.worstCase(Reach.PLAIN.and(Set.of(Meter.AUDIO_INPUT)), 100, 10).value())
			.isEqualTo(4000 + 150);
		assertThat(speaking.worstCase(Reach.PLAIN.and(Set.of(Meter.AUDIO_OUTPUT)), 100, 10).value())
			.isEqualTo(300 + 800);
	}

	@Test
	void sumsOfThreeFactorsAreExactBeyondALong() {
		Random random = new Random(11);
		for (int i = 0; i < 500; i++) {
			Sum128 sum = new Sum128();
			BigInteger exact = BigInteger.ZERO;
			for (int j = 0; j < 4; j++) {
				long quantity = random.nextLong(Quantities.LIMIT);
				long price = random.nextLong(PriceRow.LIMIT) >> random.nextInt(40);
				long factor = 1L + random.nextInt(1_000_000);
				sum.add(quantity, price, factor);
				exact = exact.add(BigInteger.valueOf(quantity)
					.multiply(BigInteger.valueOf(price))
					.multiply(BigInteger.valueOf(factor)));
			}
			assertThat(sum.wide()).isEqualTo(exact);
		}
	}

	@Test
	void isRoundedUpOnceAndOnlyWhereThereIsARest() {
		PriceRow cheap = PriceRow.of("p", "m", AT).price(Meter.INPUT, 250_000).price(Meter.OUTPUT, 250_000).build();
		assertThat(cheap.worstCase(Reach.PLAIN, 4, 0).value()).isEqualTo(1);
		assertThat(cheap.worstCase(Reach.PLAIN, 4, 1).value()).isEqualTo(2);
		assertThat(cheap.worstCase(Reach.PLAIN, 2, 2).value()).isEqualTo(1);
		assertThat(cheap.worstCase(Reach.PLAIN, 0, 0).value()).isZero();
		assertThat(cheap.worstCase(Reach.PLAIN, -5, -5).value()).isZero();
	}

	@Test
	void isTheDearestThatACheaperTierMayBeServedAt() {
		assertThat(held(Served.tier("flex"), 100, 0)).isEqualTo(300);
	}

	/** Nobody asks these models for pictures: they make them. */
	@Test
	void isThatOfPicturesWhereTheModelMakesThem() {
		PriceRow.Builder painting = PriceRow.of("p", "m", AT)
			.price(Meter.INPUT, 1_000_000)
			.price(Meter.OUTPUT, 2_000_000)
			.price(Meter.IMAGE_OUTPUT, 30_000_000);
		assertThat(painting.build().worstCase(Reach.PLAIN, 10, 100).value()).isEqualTo(10 + 200);
		assertThat(painting.mode("image_generation").build().worstCase(Reach.PLAIN, 10, 100).value())
			.isEqualTo(10 + 3000);
	}

	@Test
	void hasTheCallItselfWhereItHasAPrice() {
		PriceRow asking = PriceRow.of("p", "m", AT)
			.price(Meter.INPUT, 1_000_000)
			.price(Meter.REQUEST, 5_000_000_000L)
			.build();
		assertThat(asking.worstCase(Reach.PLAIN, 10, 0).value()).isEqualTo(5010);
		RatedUsage rated = asking.rate(Usage.of(10L, null), AT);
		assertThat(Objects.requireNonNull(rated.cost()).value()).isEqualTo(5010);
		assertThat(rated.quantities()).isEqualTo(Map.of("input", 10L, "request", 1L));
		assertThat(rated.basis()).isNull();
		assertThat(Objects.requireNonNull(asking.rate(Usage.NONE, AT).cost()).value()).as("no call").isZero();
		assertThat(Objects.requireNonNull(asking.rate(Usage.of(10L, 0L).marked(Usage.Mark.REFUSED), AT).cost()).value())
			.as("declined")
			.isZero();
		Usage later = Usage.of(Quantities.fromMap(rated.quantities()));
		assertThat(asking.rate(later, AT)).as("rated again").isEqualTo(rated);
		assertThat(this.row.rate(later, AT).unpricedMeters()).as("by a list that has no such price").isEmpty();
	}

	@Test
	void neverGoesBeyondTheLimitOfACost() {
		PriceRow dear = PriceRow.of("p", "m", AT).price(Meter.INPUT, PriceRow.LIMIT).build();
		assertThat(dear.worstCase(Reach.PLAIN, Long.MAX_VALUE, 0).value()).isEqualTo(RatedUsage.COST_LIMIT);
	}

	@Test
	void whatIsServedWithoutAPriceOfItsOwnIsNamed() {
		Usage usage = Usage.of(Quantities.of(10L, null)).servedAs(new Served(null, false, "mars", "ludicrous"));
		RatedUsage rated = this.row.rate(usage, AT);
		assertThat(Objects.requireNonNull(rated.cost()).value()).isEqualTo(30);
		assertThat(Objects.requireNonNull(rated.basis()).fallbacks()).containsExactly("region.mars=standard",
				"speed.ludicrous=standard");
	}

	@Test
	void nothingIsAPriceInATierAndInAnHourToo() {
		PriceRow free = PriceRow.of("p", "m", AT)
			.price(Meter.INPUT, 3_000_000)
			.price(Meter.INPUT, "flex", 0, 0)
			.build();
		RatedUsage rated = free.rate(Usage.of(Quantities.of(10L, null)).servedAs(Served.tier("flex")), AT);
		assertThat(Objects.requireNonNull(rated.cost()).value()).isZero();
		assertThat(Objects.requireNonNull(rated.basis()).fallbacks()).isNull();
		assertThat(rated.charges()).hasSize(1);
	}

	@Test
	void sumsBeyondALongAreDividedExactly() {
		Sum128 sum = new Sum128();
		sum.add(Long.MAX_VALUE, 4);
		assertThat(sum.dividedDown(4, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
		assertThat(sum.dividedHalfEven(8, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE / 2 + 1);
		assertThat(sum.dividedHalfEven(2, 1000)).isEqualTo(1000);
		assertThat(sum.dividedDown(2, 1000)).isEqualTo(1000);
		Sum128 up = new Sum128();
		up.add(3, 7);
		assertThat(up.dividedUp(7, 1000)).isEqualTo(3);
		for (long[] halves : List.of(new long[] { 5, 2 }, new long[] { 7, 4 }, new long[] { 4, 2 })) {
			Sum128 half = new Sum128();
			half.add(halves[0], 1);
			assertThat(half.dividedHalfEven(2, 1000)).isEqualTo(halves[1]);
		}
	}

	private long held(Served asked, long input, long output) {
		return this.row.worstCase(new Reach(asked, Set.of(), Map.of()), input, output).value();
	}

}
