package dev.tallygate.gateway.dialect.openai;

import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.pricing.TokenCounts;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A whole chat completion as the books see it.
 *
 * @param usage what the provider reported; null when it did not
 * @param delivered the text in it
 */
public record ChatAnswer(@Nullable TokenCounts usage, DeliveredText delivered) {

	/**
	 * Reads the answer in the first {@code length} bytes; what is no chat completion
	 * reports nothing.
	 */
	public static ChatAnswer read(byte[] bytes, int length, ToLongFunction<String> tokenizer) {
		DeliveredText delivered = new DeliveredText();
		ChatChunk chunk = ChatChunk.read(bytes, 0, length, delivered, tokenizer);
		return new ChatAnswer(chunk.usage(), delivered);
	}

}
