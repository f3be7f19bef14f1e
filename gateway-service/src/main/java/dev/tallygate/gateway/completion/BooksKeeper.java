package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.dialect.Tokenizer;
import dev.tallygate.gateway.dialect.WireRequest;
import dev.tallygate.gateway.usage.OpenCall;

/**
 * Opens the books of each call.
 *
 * @param tokenizer counts what providers do not report
 * @param maxCounted the largest request that is counted, in bytes
 */
record BooksKeeper(Tokenizer tokenizer, long maxCounted) {

	Books open(OpenCall call, WireRequest request) {
		return new Books(call, request, this.tokenizer, this.maxCounted);
	}

}
