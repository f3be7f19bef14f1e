package dev.tallygate.gateway.dialect.openai;

import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.pricing.TokenCounts;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code usage} object of the OpenAI wire: {@code prompt_tokens} includes cached
 * ones, {@code completion_tokens} includes reasoning. A number that is no whole one of at
 * least 0 counts as not reported.
 */
final class OpenAiUsage {

	private @Nullable Long input;

	private @Nullable Long cached;

	private @Nullable Long cacheWrite;

	private @Nullable Long output;

	private @Nullable Long reasoning;

	/**
	 * Reads the object just opened, up to its end.
	 * @return null when it reports neither input nor output
	 */
	static @Nullable TokenCounts read(JsonScanner json) throws MalformedJsonException {
		OpenAiUsage usage = new OpenAiUsage();
		while (json.next() == Token.KEY) {
			usage.member(json);
		}
		if (usage.input == null && usage.output == null) {
			return null;
		}
		return TokenCounts.of(usage.input, usage.cached, usage.cacheWrite, usage.output, usage.reasoning);
	}

	private void member(JsonScanner json) throws MalformedJsonException {
		if (json.textIs("prompt_tokens")) {
			this.input = count(json);
		}
		else if (json.textIs("completion_tokens")) {
			this.output = count(json);
		}
		else if (json.textIs("prompt_tokens_details")) {
			inputDetails(json);
		}
		else if (json.textIs("completion_tokens_details")) {
			outputDetails(json);
		}
		else {
			json.skipValue();
		}
	}

	private void inputDetails(JsonScanner json) throws MalformedJsonException {
		if (!opensObject(json)) {
			return;
		}
		while (json.next() == Token.KEY) {
			if (json.textIs("cached_tokens")) {
				this.cached = count(json);
			}
			else if (json.textIs("cache_write_tokens")) {
				this.cacheWrite = count(json);
			}
			else {
				json.skipValue();
			}
		}
	}

	private void outputDetails(JsonScanner json) throws MalformedJsonException {
		if (!opensObject(json)) {
			return;
		}
		while (json.next() == Token.KEY) {
			if (json.textIs("reasoning_tokens")) {
				this.reasoning = count(json);
			}
			else {
				json.skipValue();
			}
		}
	}

	/** Whether the next value is an object; if not, it is passed by. */
	static boolean opensObject(JsonScanner json) throws MalformedJsonException {
		return opens(json, Token.OBJECT_START);
	}

	/** Whether the next value starts so; if not, it is passed by. */
	static boolean opens(JsonScanner json, Token wanted) throws MalformedJsonException {
		Token token = json.next();
		if (token == wanted) {
			return true;
		}
		if (token == Token.ARRAY_START || token == Token.OBJECT_START) {
			int outer = json.depth() - 1;
			while (json.depth() > outer) {
				json.next();
			}
		}
		return false;
	}

	private static @Nullable Long count(JsonScanner json) throws MalformedJsonException {
		if (json.skipValue() != Token.NUMBER) {
			return null;
		}
		long count = json.wholeNumber();
		return (count < 0) ? null : count;
	}

}
