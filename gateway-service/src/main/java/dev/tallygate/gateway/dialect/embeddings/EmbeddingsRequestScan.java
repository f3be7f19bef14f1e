package dev.tallygate.gateway.dialect.embeddings;

import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.RequestScan;
import dev.tallygate.gateway.dialect.TokenEstimate;
import java.util.List;

/**
 * One walk over a request for embeddings. A number in its input is a token.
 */
final class EmbeddingsRequestScan extends RequestScan {

	EmbeddingsRequestScan(byte[] body, int length, RequestLimits limits) {
		super(body, length, limits, List.of("model", "input", "stream"));
	}

	@Override
	protected void member(String name) throws MalformedJsonException {
		if ("input".equals(name)) {
			input();
		}
		else {
			this.json.skipValue();
		}
	}

	private void input() throws MalformedJsonException {
		int outside = this.json.depth();
		do {
			switch (this.json.next()) {
				case STRING ->
					this.inputTokens += TokenEstimate.of(this.body, this.json.start() + 1, this.json.end() - 1);
				case NUMBER -> this.inputTokens++;
				case KEY, OBJECT_START, OBJECT_END, ARRAY_START, ARRAY_END, TRUE, FALSE, NULL, END -> {
					// no text
				}
			}
		}
		while (this.json.depth() > outside);
	}

	@Override
	protected void check() throws InvalidRequestException {
		if (!has("input")) {
			throw new InvalidRequestException("'input' is missing: give a text or a list of texts.", "input");
		}
		if (stream()) {
			throw new InvalidRequestException("Embeddings are not streamed.", "stream");
		}
	}

}
