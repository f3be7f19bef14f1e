package dev.tallygate.gateway.dialect.responses;

import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.RequestScan;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One walk over a request for a response.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses/create">the
 * request as its provider describes it</a>
 */
final class ResponsesRequestScan extends RequestScan {

	@Nullable String previous;

	boolean conversation;

	boolean prompt;

	boolean stored = true;

	boolean background;

	Set<String> references = Set.of();

	ResponsesRequestScan(byte[] body, int length, RequestLimits limits) {
		super(body, length, limits, List.of("model", "stream", "max_output_tokens", "input", "instructions", "tools",
				"text", "previous_response_id", "conversation", "prompt", "store", "background"));
	}

	@Override
	protected void member(String name) throws MalformedJsonException, InvalidRequestException {
		switch (name) {
			case "max_output_tokens" -> limit(name);
			case "input" -> input();
			case "instructions" -> texts();
			case "tools" -> tools();
			case "text" -> written();
			case "previous_response_id" -> this.previous = text(name);
			case "conversation" -> this.conversation = this.json.skipValue() != Token.NULL;
			case "prompt" -> {
				written();
				this.prompt = this.body[this.json.start()] != 'n';
			}
			case "store" -> this.stored = this.json.skipValue() != Token.FALSE;
			case "background" -> this.background = this.json.skipValue() == Token.TRUE;
			default -> this.json.skipValue();
		}
	}

	private void input() throws MalformedJsonException, InvalidRequestException {
		int from = this.json.end();
		texts();
		while (this.body[from] == ':' || this.body[from] <= ' ') {
			from++;
		}
		this.references = Items.references(this.body, from, this.json.end(), this.limits.maxDepth());
	}

	private @Nullable String text(String name) throws MalformedJsonException, InvalidRequestException {
		Token token = this.json.skipValue();
		if (token != Token.STRING && token != Token.NULL) {
			throw wrongType(name, "a string");
		}
		return (token == Token.STRING) ? this.json.text() : null;
	}

	/** A stored prompt needs no input. */
	@Override
	protected void check() {
	}

}
