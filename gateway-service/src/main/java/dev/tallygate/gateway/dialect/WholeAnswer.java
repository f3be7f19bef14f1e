package dev.tallygate.gateway.dialect;

import dev.tallygate.pricing.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer that came in one piece.
 *
 * @param body what the caller gets, in the first {@code length} bytes
 * @param length how many bytes that is
 * @param usage what the provider reported; null when it did not
 * @param delivered the text in it
 * @param readable whether it is what an answer of its wire looks like
 * @param failure what went wrong, when it says nothing else; null when it is an answer
 * @param keptAs the name under which the provider keeps it; null when it does not
 * @param unfinished whether it tells only that the answer is being made
 * @param items the names of what the provider keeps of it
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record WholeAnswer(byte[] body, int length, @Nullable Usage usage, DeliveredText delivered, boolean readable,
		@Nullable InBandError failure, @Nullable String keptAs, boolean unfinished, List<String> items) {

	/** An answer that nobody keeps. */
	public WholeAnswer(byte[] body, int length, @Nullable Usage usage, DeliveredText delivered, boolean readable,
			@Nullable InBandError failure) {
		this(body, length, usage, delivered, readable, failure, null, false, List.of());
	}

}
