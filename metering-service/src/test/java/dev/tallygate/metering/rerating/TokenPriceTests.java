package dev.tallygate.metering.rerating;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.metering.Calls;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenPriceTests {

	private static final TokenPrice MINI = new TokenPrice(150_000_000, 600_000_000, 75_000_000, 150_000_000);

	@Test
	void agreesWithTheGoldenCharges() {
		assertThat(cost(MINI, 1000L, 500L)).isEqualTo(450_000);
		TokenPrice sonnet = new TokenPrice(3_000_000_000L, 15_000_000_000L, 3_000_000_000L, 3_000_000_000L);
		assertThat(cost(sonnet, 1L, 1L)).isEqualTo(18_000);
	}

	@Test
	void roundsHalfToEvenOnce() {
		assertThat(cost(new TokenPrice(500_000, 0, 0, 0), 1L, 0L)).isZero();
		assertThat(cost(new TokenPrice(500_000, 0, 0, 0), 3L, 0L)).isEqualTo(2);
		assertThat(cost(new TokenPrice(500_000, 500_000, 0, 0), 1L, 1L)).isEqualTo(1);
	}

	@Test
	void addsNothingForWhatNobodyReported() {
		assertThat(cost(MINI, null, 500L)).isEqualTo(300_000);
		assertThat(cost(MINI, null, null)).isZero();
	}

	@Test
	void staysExactWhereALongWouldNot() {
		TokenPrice dear = new TokenPrice(5_000_000_000_000L, 5_000_000_000_000L, 0, 0);
		assertThat(cost(dear, 1_000_000_000L, 1_000_000_000L)).isEqualTo(10_000_000_000_000_000L);
	}

	private static long cost(TokenPrice price, @Nullable Long input, @Nullable Long output) {
		return price.cost(Calls.aCall().using(input, output).settled(1).data()).value();
	}

}
