package dev.tallygate.gateway.dialect.messages;

import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.pricing.TokenCounts;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code usage} objects of one answer say together: a stream tells its input at
 * the start and its output, which grows, at the end, and each leaves out what the other
 * has. Here {@code input_tokens} excludes what was cached.
 */
final class AnthropicUsage {

	private @Nullable Long input;

	private @Nullable Long cacheRead;

	private @Nullable Long cacheWrite;

	private @Nullable Long output;

	/** Adds what the object says that comes next, field by field. */
	void read(JsonScanner json) throws MalformedJsonException {
		int outside = json.depth();
		if (json.next() != Token.OBJECT_START) {
			while (json.depth() > outside) {
				json.next();
			}
			return;
		}
		while (json.next() == Token.KEY) {
			String name = json.text();
			Long count = (json.skipValue() == Token.NUMBER && json.wholeNumber() >= 0)
					? Long.valueOf(json.wholeNumber()) : null;
			if (count != null) {
				take(name, count);
			}
		}
	}

	private void take(String name, Long count) {
		switch (name) {
			case "input_tokens" -> this.input = count;
			case "cache_read_input_tokens" -> this.cacheRead = count;
			case "cache_creation_input_tokens" -> this.cacheWrite = count;
			case "output_tokens" -> this.output = count;
			default -> {
				// priced elsewhere, or not at all
			}
		}
	}

	/** The counts; null when neither input nor output was told. */
	@Nullable TokenCounts counts() {
		if (this.input == null && this.output == null) {
			return null;
		}
		Long whole = (this.input == null) ? null
				: Long.valueOf(this.input + orZero(this.cacheRead) + orZero(this.cacheWrite));
		return TokenCounts.of(whole, this.cacheRead, this.cacheWrite, this.output, null);
	}

	private static long orZero(@Nullable Long count) {
		return (count != null) ? count : 0;
	}

}
