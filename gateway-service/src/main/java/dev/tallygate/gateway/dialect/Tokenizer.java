package dev.tallygate.gateway.dialect;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.function.ToLongFunction;

/**
 * Counts tokens with the vocabulary of OpenAI's current models, for calls whose provider
 * does not report them. Loaded when first needed. A longer text than
 * {@value #COUNTED_CHARACTERS} characters is counted up to there and the rest at the same
 * rate, so that the cost of an estimate is bounded.
 */
public final class Tokenizer implements ToLongFunction<String> {

	private static final int COUNTED_CHARACTERS = 64 * 1024;

	/** Such long runs without a space make byte-pair merging slow. */
	private static final int LONGEST_PIECE = 4 * 1024;

	private static final class Vocabulary {

		private static final EncodingRegistry REGISTRY = Encodings.newLazyEncodingRegistry();

		private static final Encoding O200K = REGISTRY.getEncoding(EncodingType.O200K_BASE);

	}

	@Override
	public long applyAsLong(String text) {
		if (text.length() <= COUNTED_CHARACTERS) {
			return count(text, text.length());
		}
		return Math.ceilDiv(count(text, COUNTED_CHARACTERS) * text.length(), COUNTED_CHARACTERS);
	}

	private static long count(String text, int length) {
		long tokens = 0;
		int from = 0;
		while (from < length) {
			int to = pieceEnd(text, from, length);
			tokens += Vocabulary.O200K.countTokensOrdinary(text.substring(from, to));
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
