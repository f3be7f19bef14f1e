package dev.tallygate.gateway.dialect.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
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
	@ValueSource(ints = { 1, 5, 2000, 4096, 8 * 1024, 16 * 1024, 100_000 })
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

	/**
	 * Those who do not read make it stay, each its own, until they are cut. What other
	 * tests leave behind may be collected meanwhile, so it is looked at up to five times.
	 */
	@Test
	void aLongOneTakesLittle() {
		long each = bytesEach();
		for (int look = 1; look < 5 && (each < 1024 || each > 16 * 1024); look++) {
			each = bytesEach();
		}
		assertThat(each).as("bytes for 200,000 characters").isBetween(1024L, 16L * 1024);
	}

	private static long bytesEach() {
		String piece = "little early house week night end body way year right ".repeat(37);
		List<KeptText> texts = new ArrayList<>();
		texts.add(new KeptText());
		long before = liveBytes();
		for (int i = 0; i < 500; i++) {
			KeptText text = new KeptText();
			for (int j = 0; j < 100; j++) {
				text.append(piece);
			}
			texts.add(text);
		}
		long each = (liveBytes() - before) / 500;
		assertThat(texts).hasSize(501);
		return each;
	}

	private static long liveBytes() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

}
