package dev.tallygate.gateway.dialect.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptTextTests {

	@Test
	void nothingIsEmpty() {
		KeptText text = new KeptText();
		text.append("");

		assertThat(text.isEmpty()).isTrue();
		assertThat(text).hasToString("");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 5, 4096, 16 * 1024, 100_000 })
	void isWhatCameHoweverLongItIsAndWhereverItsPiecesEnd(int piece) {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		StringBuilder whole = new StringBuilder();
		while (whole.length() < 200_000) {
			whole.append(random.nextBoolean() ? "the quick brown fox " : "größer 日本 \uD83D\uDE00 ");
			whole.append(random.nextInt());
		}

		KeptText text = new KeptText();
		for (int from = 0; from < whole.length(); from += piece) {
			text.append(whole.substring(from, Math.min(whole.length(), from + piece)));
		}

		assertThat(text.isEmpty()).isFalse();
		assertThat(text.toString().contentEquals(whole)).as("seed %d", seed).isTrue();
	}

}
