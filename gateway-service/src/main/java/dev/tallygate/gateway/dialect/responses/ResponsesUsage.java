package dev.tallygate.gateway.dialect.responses;

import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.pricing.TokenCounts;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code usage} object of the responses wire: {@code input_tokens} includes
 * cached ones, {@code output_tokens} includes reasoning.
 */
final class ResponsesUsage {

	private @Nullable Long input;

	private @Nullable Long cached;

	private @Nullable Long cacheWrite;

	private @Nullable Long output;

	private @Nullable Long reasoning;

	private ResponsesUsage() {
	}

	/** Reads the value that comes next; null when it reports nothing. */
	static @Nullable TokenCounts read(JsonScanner json) throws MalformedJsonException {
		ResponsesUsage usage = new ResponsesUsage();
		usage.object(json, "");
		if (usage.input == null && usage.output == null) {
			return null;
		}
		return TokenCounts.of(usage.input, usage.cached, usage.cacheWrite, usage.output, usage.reasoning);
	}

	private void object(JsonScanner json, String within) throws MalformedJsonException {
		int outside = json.depth();
		if (json.next() != Token.OBJECT_START) {
			while (json.depth() > outside) {
				json.next();
			}
			return;
		}
		while (json.next() == Token.KEY) {
			String name = within + json.text();
			if ("input_tokens_details".equals(name) || "output_tokens_details".equals(name)) {
				object(json, name + '.');
			}
			else {
				Token token = json.skipValue();
				take(name,
						(token == Token.NUMBER && json.wholeNumber() >= 0) ? Long.valueOf(json.wholeNumber()) : null);
			}
		}
	}

	private void take(String name, @Nullable Long count) {
		switch (name) {
			case "input_tokens" -> this.input = count;
			case "output_tokens" -> this.output = count;
			case "input_tokens_details.cached_tokens" -> this.cached = count;
			case "input_tokens_details.cache_write_tokens" -> this.cacheWrite = count;
			case "output_tokens_details.reasoning_tokens" -> this.reasoning = count;
			default -> {
				// sums, and what is not counted
			}
		}
	}

}
