package dev.tallygate.gateway.dialect.messages;

import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.RequestScan;
import java.util.List;

/**
 * One walk over a messages request.
 *
 * @see <a href="https://docs.anthropic.com/en/api/messages">the request as its provider
 * describes it</a>
 */
final class MessagesRequestScan extends RequestScan {

	MessagesRequestScan(byte[] body, int length, RequestLimits limits) {
		super(body, length, limits,
				List.of("model", "stream", "max_tokens", "messages", "system", "tools", "cache_control"));
	}

	@Override
	protected void member(String name) throws MalformedJsonException, InvalidRequestException {
		switch (name) {
			case "max_tokens" -> limit(name);
			case "messages" -> {
				int from = this.json.end();
				texts();
				if (!isList(from)) {
					throw wrongType("messages", "a list");
				}
			}
			case "system" -> texts();
			case "tools" -> tools();
			default -> this.json.skipValue();
		}
	}

	/** Whether the value after a name, of which the colon may be left, is a list. */
	private boolean isList(int from) {
		int i = from;
		while (this.body[i] == ':' || this.body[i] <= ' ') {
			i++;
		}
		return this.body[i] == '[';
	}

	@Override
	protected void check() throws InvalidRequestException {
		if (!has("messages")) {
			throw new InvalidRequestException("'messages' is missing: give the conversation as a list.", "messages");
		}
	}

}
