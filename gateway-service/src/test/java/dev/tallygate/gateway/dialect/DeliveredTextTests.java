package dev.tallygate.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveredTextTests {

	private static final int KEPT = 16 * 1024;

	private final DeliveredText delivered = new DeliveredText();

	@Test
	void nothingIsNoToken() {
		assertThat(this.delivered.tokens(String::length)).isZero();
		assertThat(this.delivered.roughTokens()).isZero();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 7, 300, KEPT - 1, KEPT })
	void countsWhatFitsAsItIs(int length) {
		String text = "one two ".repeat(length / 8 + 1).substring(0, length);

		add(text, 13);

		assertThat(this.delivered.tokens((kept) -> kept.equals(text) ? 1 : 0)).isEqualTo(1);
	}

	/** A text that gets denser is told from one that stays as it began. */
	@ParameterizedTest
	@ValueSource(ints = { 3, 9, 4096, 70_000, 5_000_000 })
	void countsSamplesFromAllOverALongText(int pieces) {
		String light = "x".repeat(600_000);
		String dense = "y".repeat(1_400_000);

		add(light + dense, pieces);

		long tokens = this.delivered.tokens((kept) -> {
			assertThat(kept).hasSizeLessThanOrEqualTo(KEPT);
			return kept.chars().filter((c) -> c == 'y').count();
		});
		assertThat((double) tokens).isCloseTo(dense.length(), within(0.05 * dense.length()));
	}

	@Test
	void isAsGoodAsTheTokenizerOnAllOfAMixedText() {
		Random random = new Random(7);
		StringBuilder text = new StringBuilder();
		while (text.length() < 400_000) {
			text.append("the quick brown fox jumps over the lazy dog ".repeat(random.nextInt(40)));
			for (int i = random.nextInt(500); i > 0; i--) {
				text.append((char) ('!' + random.nextInt(90)));
			}
		}
		Tokenizer tokenizer = new Tokenizer();
		long exact = 0;
		for (int from = 0; from < text.length(); from += KEPT) {
			exact += tokenizer.applyAsLong(text.substring(from, Math.min(text.length(), from + KEPT)));
		}

		add(text.toString(), 50);

		assertThat((double) this.delivered.tokens(tokenizer)).isCloseTo((double) exact, within(0.1 * exact));
	}

	private void add(String text, int piece) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		for (int from = 0; from < bytes.length; from += piece) {
			this.delivered.add(bytes, from, Math.min(bytes.length, from + piece));
		}
	}

}
