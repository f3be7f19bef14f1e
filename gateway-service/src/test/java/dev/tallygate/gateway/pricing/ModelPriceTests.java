package dev.tallygate.gateway.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ModelPriceTests {

	private final PriceTable table = BundledPrices.load();

	@Test
	void costsWhatTheContractSays() {
		assertThat(cost("openai", "gpt-4o-mini", 1000, 500)).isEqualTo(450_000);
		assertThat(cost("anthropic", "claude-sonnet-4", 1, 1)).isEqualTo(18_000);
	}

	@Test
	void costsTheBundledPricesInCentsPerMillionTokens() {
		assertCents("anthropic", "claude-sonnet-4-20250514", 300, 1500);
		assertCents("anthropic", "claude-haiku-3-20250414", 25, 125);
		assertCents("anthropic", "claude-sonnet-4", 300, 1500);
		assertCents("anthropic", "claude-haiku-4.5", 100, 500);
		assertCents("anthropic", "claude-opus-4.6", 500, 2500);
		assertCents("openai", "gpt-4o", 250, 1000);
		assertCents("openai", "gpt-4o-mini", 15, 60);
	}

	@Test
	void roundsHalfEvenOnceAtTheEnd() {
		ModelPrice price = ModelPrice.of(500_000, 500_000, Instant.EPOCH);
		assertThat(price.cost(TokenCounts.of(1L, 0L)).value()).isEqualTo(0);
		assertThat(price.cost(TokenCounts.of(1L, 1L)).value()).isEqualTo(1);
		assertThat(price.cost(TokenCounts.of(3L, 0L)).value()).isEqualTo(2);
		assertThat(price.cost(TokenCounts.of(5L, 0L)).value()).isEqualTo(2);
	}

	@Test
	void agreesWithUnboundedArithmeticForAnyCountsAndPrices() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int round = 0; round < 20_000; round++) {
			ModelPrice price = new ModelPrice(upTo(random, ModelPrice.LIMIT), upTo(random, ModelPrice.LIMIT),
					upTo(random, ModelPrice.LIMIT), upTo(random, ModelPrice.LIMIT), Instant.EPOCH);
			long input = upTo(random, TokenCounts.LIMIT);
			long read = upTo(random, input);
			long write = upTo(random, input - read);
			TokenCounts counts = TokenCounts.of(input, read, write, upTo(random, TokenCounts.LIMIT), null);
			assertThat(price.cost(counts).value()).as("seed %d: %s of %s", seed, counts, price)
				.isEqualTo(unbounded(price, counts));
		}
	}

	@Test
	void worstCaseIsNeverBelowTheCost() {
		Random random = new Random(42);
		for (int round = 0; round < 5_000; round++) {
			ModelPrice price = new ModelPrice(upTo(random, 1L << 40), upTo(random, 1L << 40), upTo(random, 1L << 40),
					upTo(random, 1L << 40), Instant.EPOCH);
			long input = upTo(random, 1_000_000);
			long read = upTo(random, input);
			TokenCounts counts = TokenCounts.of(input, read, upTo(random, input - read), upTo(random, 1_000_000), null);
			assertThat(price.worstCase(input, value(counts.output()) + 1)).isGreaterThanOrEqualTo(price.cost(counts));
		}
	}

	@Test
	void refusesAPriceThatCannotBe() {
		assertThatIllegalArgumentException().isThrownBy(() -> ModelPrice.of(-1, 0, Instant.EPOCH));
		assertThatIllegalArgumentException().isThrownBy(() -> ModelPrice.of(0, ModelPrice.LIMIT + 1, Instant.EPOCH));
	}

	@Test
	void countsThatCannotBeTrueAreCorrectedAndSaySo() {
		assertThat(TokenCounts.of(5_000_000_000L, 7L))
			.isEqualTo(new TokenCounts(TokenCounts.LIMIT, null, null, 7L, null, true));
		assertThat(TokenCounts.of(-1L, 7L)).isEqualTo(new TokenCounts(null, null, null, 7L, null, true));
		assertThat(TokenCounts.of(10L, 20L, 5L, 1L, 3L)).isEqualTo(new TokenCounts(10L, 10L, 0L, 1L, 1L, true));
		assertThat(TokenCounts.of(null, 20L, 5L, null, 3L)).isEqualTo(new TokenCounts(25L, 20L, 5L, 3L, 3L, true));
		assertThat(TokenCounts.of(10L, 4L, 6L, 3L, 3L).corrected()).isFalse();
		assertThat(TokenCounts.of(null, null)).isEqualTo(TokenCounts.NONE);
	}

	private long cost(String provider, String model, long input, long output) {
		return price(provider, model).cost(TokenCounts.of(input, output)).value();
	}

	private void assertCents(String provider, String model, long input, long output) {
		assertThat(price(provider, model)).as(model)
			.isEqualTo(
					ModelPrice.of(input * 10_000_000L, output * 10_000_000L, price(provider, model).effectiveFrom()));
	}

	private ModelPrice price(String provider, String model) {
		ModelPrice price = this.table.find(provider, model);
		assertThat(price).as(model).isNotNull();
		return java.util.Objects.requireNonNull(price);
	}

	/** Small, middling and huge values alike. */
	private static long upTo(Random random, long limit) {
		long value = random.nextLong(limit + 1);
		return value >> random.nextInt(50);
	}

	private static long unbounded(ModelPrice price, TokenCounts counts) {
		long read = value(counts.cacheRead());
		long write = value(counts.cacheWrite());
		BigInteger sum = times(value(counts.input()) - read - write, price.input()).add(times(read, price.cacheRead()))
			.add(times(write, price.cacheWrite()))
			.add(times(value(counts.output()), price.output()));
		return new BigDecimal(sum).movePointLeft(6).setScale(0, RoundingMode.HALF_EVEN).longValueExact();
	}

	private static BigInteger times(long count, long price) {
		return BigInteger.valueOf(count).multiply(BigInteger.valueOf(price));
	}

	private static long value(@Nullable Long count) {
		return (count == null) ? 0 : count;
	}

}
