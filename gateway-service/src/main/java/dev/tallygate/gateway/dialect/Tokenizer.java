package dev.tallygate.gateway.dialect;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.nio.charset.StandardCharsets;
import java.util.function.ToLongFunction;

/**
 * Counts tokens with the vocabulary of OpenAI's current models, for calls whose provider
 * does not report them. Loaded when first needed. Of a text longer than
 * {@value #COUNTED_CHARACTERS} characters, pieces from all over it are counted, and each
 * stretch is taken for what its estimate says, corrected by how far estimates of the
 * counted pieces were off: a light beginning hides no dense rest.
 */
public final class Tokenizer implements ToLongFunction<String> {

	private static final int COUNTED_CHARACTERS = 64 * 1024;

	private static final int SAMPLES = 32;

	private static final int SAMPLE_CHARACTERS = COUNTED_CHARACTERS / SAMPLES;

	/** Such long runs without a space make byte-pair merging slow. */
	private static final int LONGEST_PIECE = 4 * 1024;

	private static final class Loaded {

		private static final EncodingRegistry REGISTRY = Encodings.newLazyEncodingRegistry();

		private static final Encoding O200K = REGISTRY.getEncoding(EncodingType.O200K_BASE);

	}

	/** Loads the vocabulary of estimates, so that no call waits for it. */
	public Tokenizer() {
		TokenEstimate.prepare();
	}

	@Override
	public long applyAsLong(String text) {
		return (text.length() <= COUNTED_CHARACTERS) ? count(text, 0, text.length()) : sampled(text);
	}

	private static long sampled(String text) {
		long tokens = 0;
		for (int i = 0; i < SAMPLES; i++) {
			int from = (int) ((long) text.length() * i / SAMPLES);
			int to = (int) ((long) text.length() * (i + 1) / SAMPLES);
			int end = Math.min(to, from + SAMPLE_CHARACTERS);
			long counted = count(text, from, end);
			long guessed = Math.max(1, guess(text, from, end));
			tokens += counted + Math.ceilDiv(guess(text, end, to) * counted, guessed);
		}
		return tokens;
	}

	private static long guess(String text, int from, int to) {
		byte[] bytes = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
		return TokenEstimate.ofPlain(bytes);
	}

	private static long count(String text, int start, int end) {
		long tokens = 0;
		int from = start;
		while (from < end) {
			int to = pieceEnd(text, from, end);
			tokens += Loaded.O200K.countTokensOrdinary(text.substring(from, to));
			from = to;
		}
		return tokens;
	}

	private static int pieceEnd(String text, int from, int length) {
		int to = Math.min(length, from + LONGEST_PIECE);
		if (to == length) {
			return to;
		}
		int space = text.lastIndexOf(' ', to);
		return (space > from) ? space : to;
	}

}
